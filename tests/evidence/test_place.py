from __future__ import annotations

import os
from pathlib import Path

from reentrysim.evidence.place import Place
from reentrysim.evidence.population import load_profile


def test_the_nation_is_the_shipped_profile() -> None:
    assert Place().people() is load_profile("us_2008")
    assert Place().contents == {}


def test_what_is_not_in_ones_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subgroup,share\nsex=female,0.2\n")
    (tmp_path / "p.csv").write_text("sex,age\nmale,30\nfemale,\n")
    (tmp_path / "s.csv").write_text("stay,months_at_least,share\njail,2,0\n")
    margins = " ".join(Place(None, margins=str(tmp_path / "m.csv"), stays=str(tmp_path / "s.csv")).assumed())
    assert "Sex: your margins" in margins
    assert "Who is released (race, offense" in margins
    assert "Stays in custody (jail): yours" in margins
    assert "Stays in custody (new sentence, revoked after arrest, rule violation): the national" in margins
    people = " ".join(Place(None, file=str(tmp_path / "p.csv")).assumed())
    assert "Sex, age: your 2 participants" in people
    assert "Age of 1 of them is empty" in people
    assert "supervision months" in people
    assert "Stays in custody: the national ones" in people


def test_a_changed_file_is_read_again_and_where_it_lies_is_nothing(tmp_path: Path) -> None:
    path, copy = tmp_path / "m.csv", tmp_path / "copy.csv"
    path.write_text("subgroup,share\nsex=female,0.2\n")
    place = Place(None, margins=str(path))
    assert place.people().female_share == 0.2
    copy.write_bytes(path.read_bytes())
    assert Place(None, margins=str(copy)).contents == place.contents
    before = place.contents
    path.write_text("subgroup,share\nsex=female,0.3\n")
    os.utime(path, ns=(1, 1))
    assert place.people().female_share == 0.3
    assert place.contents != before
