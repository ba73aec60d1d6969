from __future__ import annotations

from pathlib import Path

import pytest

from reentrysim.analysis.own_targets import LEAST, UNSURE, in_words_of_results, read_targets
from reentrysim.vocabulary import InputError

HEAD = "quantity,subgroup,follow_up_months,value"


def write(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "mine.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_targets_are_read_in_either_vocabulary(tmp_path: Path) -> None:
    lines = ("rearrest,all,12,0.2", "cumulative_rearrest,sex=female,12,0.15", "annual_arrest,sex=Male;age=40+,24,0.1")
    first, second, third = read_targets(write(tmp_path, *lines, "return_technical,prior_arrests=10 or more,36,0.2"))[:3]
    assert (first.quantity, first.subgroup, first.month, first.value) == ("rearrest", "all", 12, 0.2)
    assert (second.quantity, second.subgroup) == ("rearrest", "sex=Female")
    assert third.subgroup == "sex=Male;age_at_release=40 or older"


def test_capitals_are_understood_and_told_in_the_words_of_results(tmp_path: Path) -> None:
    target = read_targets(write(tmp_path, "rearrest,SEX=Female;Offense=DRUG,12,0.2"))[0]
    assert target.subgroup == "sex=Female;offence=Drug"
    assert in_words_of_results(target.subgroup) == "sex=female;offense=drug"


def test_how_sure_a_figure_is(tmp_path: Path) -> None:
    head = f"{HEAD},n,low,high"
    lines = (
        "rearrest,all,12,0.2,400,,",
        "rearrest,all,24,0.3,,0.26,0.34",
        "rearrest,all,36,0.4,,,",
        "rearrest,all,48,0.5,1e9,,",
    )
    errors = [target.sd for target in read_targets(write(tmp_path, *lines, head=head))]
    assert errors == pytest.approx([0.02, 0.08 / 3.92, UNSURE, LEAST])


def test_blank_lines_and_the_mark_of_windows_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"\ufeff{HEAD}\r\n\r\nrearrest, all , 12, 0.2\r\n", encoding="utf-8")
    assert len(read_targets(path)) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("rearrest,all,12,43", "line 2: value: 43 is no share. Write 0.43"),
        ("rearrest,all,12,-0.1", "is no share"),
        ("rearrest,all,12,", "line 2: value is empty"),
        ("rearrest,all,12,many", "'many' is not a number"),
        ("rearrest,all,12,nan", "is not a number"),
        ("rearrest,all,12.5,0.4", "12.5 is no such month"),
        ("rearrest,all,0,0.4", "0 is no such month"),
        ("rearrest,all,61,0.4", "61 is no such month"),
        ("annual_arrest,all,6,0.4", "needs a whole year"),
        ("rearests,all,12,0.4", "Did you mean 'rearrest'?"),
        ("rearrest,sex=femal,12,0.4", "Did you mean 'sex=female'?"),
        ("rearrest,age=150,12,0.4", "unknown subgroup 'age=150'"),
        ("rearrest,all,12", "has 3 cells, the first line 4"),
        ("rearrest,all,12,0.4\nrearrest,all,12,0.5", "stands twice"),
        ("rearrest,all,12,0.4\nrearrest,all,24,0.3", "falls from 0.4 to 0.3 between months 12 and 24"),
        ("rearrest,all,12,0.2\nreconviction,all,12,0.3", "more are reconvicted (0.3) than rearrested (0.2)"),
        ("rearrest,all,12,1.2", "1.2 is no share. Shares run from 0 to 1"),
        ("rearrest,all,12,21.5%", "'21.5%' is not a number. Write 0.215"),
        ("rearrest,sex=female;sex=male,12,0.2", "names a trait twice"),
        ("", "has no targets"),
    ],
)
def test_a_wrong_figure_is_told_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_targets(write(tmp_path, *line.splitlines()))
    assert "mine.csv" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("head", "line", "message"),
    [
        ("quantity,subgroup,month,value", "rearrest,all,12,0.4", "unknown column 'month'"),
        (HEAD.replace(",", ";"), "rearrest;all;12;0.4", "Separate cells by commas"),
        ("quantity,subgroup,value", "rearrest,all,0.4", "column 'follow_up_months' is missing"),
        (f"{HEAD},value", "rearrest,all,12,0.4,0.4", "stands twice"),
        (f"{HEAD},low,high", "rearrest,all,12,0.4,0.3,", "low and high go together"),
        (f"{HEAD},low,high", "rearrest,all,12,0.4,0.5,0.6", "outside low to high"),
        (f"{HEAD},low,high", "rearrest,all,12,0.4,0.6,0.5", "low 0.6 is above high 0.5. Swap them"),
        (f"{HEAD},n", "rearrest,all,12,0.4,0", "no number of people. People counted, from 1 on"),
        ("subgroup,share", "sex=female,0.2", "these are the columns of margins (--margins)"),
    ],
)
def test_a_wrong_table_is_told(head: str, line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.csv") as error:
        read_targets(write(tmp_path, line, head=head))
    assert message in str(error.value)


def test_a_file_of_people_is_refused_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, *["rearrest,all,12,0.4"] * 2000)
    with pytest.raises(InputError, match=r"more than 1,000 lines.*not people"):
        read_targets(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b""])
def test_what_is_no_csv_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"mine\.csv"):
        read_targets(path)
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_targets(tmp_path / "nowhere.csv")
