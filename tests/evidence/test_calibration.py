"""Stored calibrations are read strictly, and the digest notices every change of the evidence."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from reentrysim.evidence import calibration, evidence_digest, load_calibration, save_calibration
from reentrysim.evidence.calibration import is_whole
from reentrysim.vocabulary import InputError


def test_what_is_saved_is_loaded(tmp_path):
    stored = {"values": {"b": 0.1, "a": 2.0}, "draws": [[1.5, -0.25]], "digest": "x"}
    save_calibration(tmp_path / "a.json", stored)
    save_calibration(tmp_path / "b.json", dict(reversed(stored.items())))
    assert load_calibration(tmp_path / "a.json") == stored
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_shipped_name_is_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "CALIBRATIONS", tmp_path)
    save_calibration(tmp_path / "us_2008.json", {"a": 1})
    assert load_calibration("us_2008") == {"a": 1}
    with pytest.raises(InputError, match=r"no calibration 'us_2080'. Did you mean 'us_2008'\?"):
        load_calibration("us_2080")


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b""])
def test_what_is_no_calibration_is_refused(tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.json"):
        load_calibration(path)


def test_a_folder_is_no_calibration(tmp_path):
    with pytest.raises(InputError):
        load_calibration(tmp_path)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_nothing_is_written_when_json_cannot_hold_it(tmp_path, value):
    with pytest.raises(InputError, match="can't hold"):
        save_calibration(tmp_path / "a.json", {"a": value})
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_leaves_the_stored_calibration(tmp_path, monkeypatch):
    def half(path, text, **_):
        path.write_bytes(text[:3].encode())
        raise KeyboardInterrupt

    save_calibration(tmp_path / "a.json", {"a": 1})
    monkeypatch.setattr(calibration.Path, "write_text", half)
    with pytest.raises(KeyboardInterrupt):
        save_calibration(tmp_path / "a.json", {"a": 2})
    assert load_calibration(tmp_path / "a.json") == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_half_written_calibration_is_never_seen_under_its_name(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(calibration.os, "replace", lambda new, place: seen.append((new.read_text(), place.exists())))
    save_calibration(tmp_path / "a.json", {"a": 1})
    assert seen == [('{\n "a": 1\n}\n', False)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["us_2008", "us-2008", "a", "a" * 60])
def test_plain_names_have_their_place(name):
    assert calibration.place_for(name) == calibration.CALIBRATIONS / f"{name}.json"


@pytest.mark.parametrize(
    "name", ["", "../evil", "/etc/evil", "a/b", "A", "a b", "a.json", "_a", "a__b", "a\n", "a" * 61, "\u00e4"]
)
def test_other_names_are_refused(name):
    with pytest.raises(InputError, match="is not a name"):
        calibration.place_for(name)


def test_a_folder_that_is_not_there_is_no_place(tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "CALIBRATIONS", tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"nowhere.*not a folder"):
        calibration.place_for("us_2008")


@pytest.fixture
def evidence(tmp_path, monkeypatch):
    """A copy of the evidence that may be changed."""
    for name in ("NUMBERS", "PUBLISHED"):
        copy = tmp_path / name
        shutil.copytree(getattr(calibration, name), copy)
        monkeypatch.setattr(calibration, name, copy)
    return tmp_path


def test_the_digest_is_of_content_and_not_of_place_or_line_ends(evidence):
    before = evidence_digest()
    for path in evidence.glob("*/*.*"):
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert evidence_digest() == before
    (evidence / "PUBLISHED" / "README.md").write_text("words")
    assert evidence_digest() == before


@pytest.mark.parametrize("pattern", ["NUMBERS/*.toml", "PUBLISHED/*.csv"])
def test_the_digest_notices_one_digit_and_one_name(evidence, pattern):
    before = evidence_digest()
    path = sorted(evidence.glob(pattern))[0]
    original = path.read_bytes()
    path.write_bytes(original + b"1")
    changed = evidence_digest()
    path.write_bytes(original)
    path.rename(path.with_stem(f"{path.stem}_2"))  # still in the same place of the order
    assert len({before, changed, evidence_digest()}) == 3


def test_a_calibration_is_whole_with_every_number_in_every_draw() -> None:
    whole: dict[str, Any] = {"names": ["a", "b"], "center": [1.0, 2], "draws": [[0.5, 1.0]], "draw_seed": 1}
    assert is_whole(whole, ["a", "b"])
    for wrong in (
        {"names": ["a"]},
        {"center": [1.0]},
        {"center": [1.0, None]},
        {"center": [1.0, True]},
        {"draws": [[0.5, 1.0], [0.5]]},
        {"draws": None},
        {"draws": []},
        {"draw_seed": "1"},
    ):
        assert not is_whole(whole | wrong, ["a", "b"])
    assert not is_whole({}, ["a", "b"])
