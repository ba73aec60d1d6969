from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reentrysim.evidence.people import read_people
from reentrysim.vocabulary import InputError


def write(folder: Path, *lines: str, ends: str = "\n") -> Path:
    path = folder / "people.csv"
    path.write_bytes(ends.join([*lines, ""]).encode())
    return path


def test_cells_become_codes_and_empty_ones_unknown(tmp_path: Path) -> None:
    head = "sex, race,age,priors,offense,mental_illness"
    people = read_people(write(tmp_path, head, "female,black,34.5,3,drug,yes", " Male ,,,12,,no", ",,,,,"))
    assert people.count == 3
    assert people.traits["sex"].tolist()[:2] == [1, 0]
    assert people.traits["race"][0] == 1
    assert people.traits["age"][0] == 34.5
    assert people.traits["priors"].tolist()[:2] == [3, 12]
    assert people.traits["offense"][0] == 2
    assert people.traits["mental_illness"].tolist()[:2] == [1, 0]
    assert all(np.isnan(column[2]) for column in people.traits.values())


def test_ages_in_whole_years_are_half_a_year_more(tmp_path: Path) -> None:
    ages = read_people(write(tmp_path, "sex,age", "male,30", "male,", "male,41")).traits["age"]
    assert ages[[0, 2]].tolist() == [30.5, 41.5]
    assert np.isnan(ages[1])


def test_an_empty_line_is_a_person_of_whom_nothing_is_known(tmp_path: Path) -> None:
    people = read_people(write(tmp_path, "mental_illness", "yes", "", "no"))
    assert people.count == 3
    assert np.isnan(people.traits["mental_illness"][1])
    wider = read_people(write(tmp_path, "sex,priors", "male,3", "", "male,4"))
    assert wider.count == 3
    assert np.isnan([column[1] for column in wider.traits.values()]).all()


def test_who_has_months_of_supervision_is_released_to_it(tmp_path: Path) -> None:
    people = read_people(write(tmp_path, "sex,supervision_months", "male,24", "male,"))
    assert people.traits["release"][0] == 1
    assert np.isnan(people.traits["release"][1])
    told = read_people(write(tmp_path, "release,supervision_months", "unconditional,24", ",24"))
    assert told.traits["release"].tolist() == [0, 1]


def test_the_mark_and_line_ends_of_windows_are_nothing(tmp_path: Path) -> None:
    people = read_people(write(tmp_path, "\ufeffsex,priors", "male,2", "female,5", ends="\r\n"))
    assert people.traits["priors"].tolist() == [2, 5]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["sex,name", "male,Bo"], "unknown column 'name'"),
        (["sex;age", "male;30"], "Separate cells by commas"),
        (["sex,sex", "male,male"], "stands twice"),
        (["sex"], "has nobody in it"),
        (["sex,age", "male,30", "male"], "line 3: has 1 cells, the first line 2"),
        (["sex,age", "male,30,40"], "line 2: has 3 cells"),
        (["", "sex,age", "male,3"], "begins with an empty line"),
        (["sex", "male", "mal"], "person 2: sex: this cell is not known. Known: male, female. Or leave it empty"),
        (["age", "34", "150"], "person 2: age: this cell is not known. Years at release, 16 to 100"),
        (["age", "-3"], "person 1: age: this cell is not known"),
        (["age", "nan"], "age: this cell is not known"),
        (["priors", "0"], "the one that led to prison included"),
        (["priors", "2.5"], "Whole arrests"),
        (["supervision_months", "1e99"], "Whole months"),
        (["mental_illness", "1"], "Known: no, yes"),
        (["female;34;Jane Doe;123-45-6789"], "column 1 has no known name. Separate cells by commas"),
    ],
)
def test_a_wrong_cell_is_told_by_person(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_people(write(tmp_path, *lines))
    assert "people.csv" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "lines",
    [
        ["sex,age", "male,30,Jane Doe,1999-01-02"],
        ["sex,age", "male,Jane Doe"],
        ["sex,age", "Jane Doe,30"],
        ["Jane Doe,30", "male,31"],
        ["female;34;Jane Doe", "female;34;Jane Doe"],
    ],
)
def test_no_message_repeats_what_a_row_holds(lines: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_people(write(tmp_path, *lines))
    assert "Jane" not in str(error.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"", b"sex\n\xff\xff\n"])
def test_what_is_no_csv_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"people\.csv"):
        read_people(path)
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_people(tmp_path / "nowhere.csv")


def test_many_people_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("sex,age,priors\n" + "female,30,4\nmale,50,9\n" * 150_000)
    people = read_people(path)
    assert people.count == 300_000
    assert people.traits["priors"].mean() == pytest.approx(6.5)
