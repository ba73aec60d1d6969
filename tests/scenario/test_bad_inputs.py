"""Every wrong input is one message that says what, where, and the nearest right spelling."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reentrysim.scenario import load_scenario, shipped_scenarios
from reentrysim.vocabulary import InputError

Write = Callable[..., str]
NEST = "[" * 3000

WRONG_KEYS = {
    "misspelt key": ("[programs.mentoring]\nlenght_month = 9", "programs.mentoring.lenght_month", "length_months"),
    "misspelt table": ("[fundng]\nrule = 1", "fundng", "Did you mean 'funding'?"),
    "misspelt in a dotted table": ("[programs.mentoring.staf]\nx = 1", "programs.mentoring.staf", "'staff'"),
    "weeks": ("[programs.mentoring]\nlength_weeks = 50", "programs.mentoring.length_weeks", "Write 'length_months'"),
    "no unit": ("[programs.mentoring]\nlength = 12", "programs.mentoring.length", "Write 'length_months'"),
    "per week": ("[programs.mentoring]\ncontacts_per_week = 1", "contacts_per_week", "Write 'contacts_per_month'"),
    "cents": ("[funding.sources.state_grant]\ntotal_cents = 1", "state_grant.total_cents", "Write 'total_dollars'"),
    "wrong table": ("[time]\nper_worker = 2", "time.per_worker", "or policies.caseload.mentoring.per_worker"),
    "table left out": ('[policies.matching]\nrule = "random"', "policies.matching.rule", "unknown table 'rule'"),
    "weeks of a job": ("[programs.transitional_jobs]\nlength_weeks = 9", "length_weeks", "Write 'length_months'"),
    "jobs in prison": (
        "[programs.transitional_jobs]\neligible.from_month = -2",
        "programs.transitional_jobs.eligible.from_month",
        "Set from_month to 1 or later",
    ),
    "half a place": ("[programs.transitional_housing]\nplaces = 2.5", "places", "a whole number, not 2.5"),
    "one bed": ('[policies.matching.bed]\nrule = "random"', "policies.matching.bed", "Did you mean 'beds'?"),
    "line rule": ('[policies.matching.jobs]\nrule = "first"', "policies.matching.jobs.rule", "'first_come', 'random'"),
    "no hours": ("[policies.caseload.supervision]\nhours_per_month.low = 0", "hours_per_month.low", "more than 0"),
    "under a source": ("[funding]\nlast_step = 9", "funding.last_step", "belongs in funding.sources.*.last_step"),
    "named in the file": ('name = "mine"', "name", "unknown key 'name'"),
    "misspelt based_on": ('base_on = "status-quo"', "base_on", "Did you mean 'based_on'?"),
    "endless key": ("k" * 3000 + " = 1", "k" * 60 + '..."', "unknown key"),
    "key of a later version": ("[circumstances]\nstigma = 0.5", "circumstances.stigma", "unknown key"),
    "misspelt circumstance": (
        "[circumstances]\nban_teh_box = true",
        "circumstances.ban_teh_box",
        "Did you mean 'ban_the_box'?",
    ),
    "text for a switch": ('[circumstances]\nlearning = "yes"', "circumstances.learning", "must be true or false"),
    "share of 40": (
        "[circumstances]\nwilling_employers_share = 40",
        "circumstances.willing_employers_share",
        "Use 0.4",
    ),
    "arrests of a group there is not": (
        "[circumstances]\narrest_intensity.blck = 2.0",
        "circumstances.arrest_intensity.blck",
        "Did you mean 'black'?",
    ),
    "no arrests at all": ("[circumstances]\narrest_intensity.black = 0.0", "arrest_intensity.black", "more than 0"),
    "arrests without end": ("[circumstances]\narrest_intensity.black = 11.0", "arrest_intensity.black", "at most 10"),
    "arrests by sex": (
        "[circumstances]\narrest_intensity.female = 2.0",
        "arrest_intensity.female",
        "doesn't belong here",
    ),
    "arrests by race without race": (
        "[circumstances]\ndiscrimination = false\narrest_intensity.black = 2.0",
        "circumstances.arrest_intensity",
        "race then enters nothing. Set discrimination = true, or the same intensity for all",
    ),
    "less than no demand": ("[circumstances]\nbackground_demand.jobs = -1.0", "background_demand.jobs", "at least 0"),
    "a kind of assurance": (
        '[circumstances]\nemployer_assurance = "bond"',
        "circumstances.employer_assurance",
        "insurance",
    ),
    "unknown beds": (
        "[circumstances]\nbeds_per_100.shelters = 1.0",
        "beds_per_100.shelters",
        "Did you mean 'shelter'?",
    ),
    "nobody per officer": ("[policies.caseload.supervision]\nper_worker = 0", "supervision.per_worker", "at least 1"),
    "key with an escape": ('"\\u001b[31m" = 1', '"\\u001b[31m"', "unknown key '\\x1b[31m'"),
    "unknown program": ("[programs.mentorng]\nlength_months = 1", "programs.mentorng", "Did you mean 'mentoring'?"),
    "unknown program in shares": (
        "[funding]\nshares = { mentorng = 1.0 }",
        "funding.shares.mentorng",
        "unknown program 'mentorng'. Did you mean 'mentoring'?",
    ),
    "unknown program in earmark": (
        '[funding.sources.state_grant]\nearmark = ["mentorng"]',
        "funding.sources.state_grant.earmark",
        "Did you mean 'mentoring'?",
    ),
}

WRONG_VALUES = {
    "text with a unit": ('[programs.mentoring]\nlength_months = "12 months"', "length_months", "in months"),
    "share of 40": ("[programs.mentoring]\nfidelity_share = 40", "fidelity_share", "Did you mean 0.4?"),
    "overhead of 10": ("[funding.sources.state_grant]\noverhead_share = 10", "overhead_share", "Did you mean 0.1?"),
    "uptake of 40": ("[programs.mentoring]\nuptake_share = 40", "uptake_share", '"evidence" or a share'),
    "uptake not a number": ("[programs.mentoring]\nuptake_share = nan", "uptake_share", '"evidence" or a share'),
    "uptake true": ("[programs.mentoring]\nuptake_share = true", "uptake_share", '"evidence" or a share'),
    "negative budget": ("[funding.sources.state_grant]\ntotal_dollars = -1", "total_dollars", "at least 0, not -1"),
    "infinite budget": ("[funding.sources.state_grant]\ntotal_dollars = inf", "total_dollars", "a finite number"),
    "not a number": ("[funding.sources.state_grant]\ntotal_dollars = nan", "total_dollars", "a finite number"),
    "huge number": ("[population]\nsize = 0x" + "f" * 9000, "population.size", "more than 18 digits"),
    "true as a number": ("[policies.caseload.mentoring]\nper_worker = true", "per_worker", "a whole number, not true"),
    "true as a share": ("[programs.mentoring]\nfidelity_share = true", "fidelity_share", "a number, not true"),
    "fraction of a month": ("[programs.mentoring]\nlength_months = 1.5", "length_months", "a whole number, not 1.5"),
    "number as text": ("[programs.mentoring]\ndose = 3", "dose", "must be 'even' or 'front_loaded', not 3"),
    "misspelt word": ('[programs.mentoring]\ndose = "front_load"', "dose", "Did you mean 'front_loaded'?"),
    "word in a list": ('[programs.mentoring]\neligible.risk = ["hihg"]', "eligible.risk", "Did you mean 'high'?"),
    "empty list": ("[programs.mentoring]\neligible.risk = []", "eligible.risk", "must not be empty"),
    "twice in a list": ('[programs.mentoring]\neligible.sex = ["male", "male"]', "eligible.sex", "twice"),
    "no list": ('[programs.mentoring]\neligible.risk = "high"', "eligible.risk", "must be a list"),
    "no table": ("time = 3", "time", "must be a table, not 3"),
    "table as a number": ("[time]\nlead_months = { a = 1 }", "time.lead_months", "a whole number, not a table"),
    "month 0": ("[programs.mentoring]\neligible.from_month = 0", "eligible.from_month", "no month 0"),
    "ends before it starts": ("[programs.mentoring]\neligible.to_month = -9", "eligible.to_month", "before from_month"),
    "before the lead time": (
        "[programs.mentoring]\neligible.from_month = -9",
        "eligible.from_month",
        "-9 is before anybody is there: time.lead_months is 6",
    ),
    "grant ends first": ("[funding.sources.state_grant]\nfirst_step = 999", "last_step", "before first_step"),
    "source id": ("[funding.sources.State-Grant]\nlast_step = 3", "funding.sources.State-Grant", "must be snake_case"),
    "bias of nobody": ("[policies.assessment]\nbias = { women = 0.3 }", "bias.women", "unknown key"),
    "bias beyond measure": ("[policies.assessment]\nbias = { female = 9.0 }", "bias.female", "at most 5"),
    "share of assessed": ("[policies.assessment]\nassessed_share = 1.2", "assessed_share", "at most 1"),
    "negative months": ("[policies.assessment]\nreassess_months = -1", "reassess_months", "at least 0"),
    "better with age": ("[policies.assessment]\ndrift_per_year = -0.1", "drift_per_year", "at least 0"),
    "unknown tool": ('[policies.assessment]\ntool = "orakle"', "assessment.tool", "Did you mean 'oracle'?"),
    "oracle in secret": ('[policies.assessment]\ntool = "oracle"', "assessment.tool", "mine-oracle"),
    "oracle in error": (
        '[policies.assessment]\ntool = "oracle"\ndrift_per_year = 0.1',
        "assessment.drift_per_year",
        "would do nothing",
    ),
    "coin below a half": ("[policies.assessment]\nauc_share = 0.4", "auc_share", "at least 0.5"),
    "too few people": ("[population]\nsize = 23", "population.size", "at least 24"),
    "year without prices": ("[time]\nprice_year = 2025", "time.price_year", "at most 2024"),
    "warm-up of a cohort": ('[time]\nintake = "cohort"\nwarmup_months = 3', "time.warmup_months", "must be 0"),
    "other version": ("schema = 2", "schema", "must be 1, not 2"),
    "shares": ("[funding]\nshares = { mentoring = 0.8 }", "funding.shares", "these sum to 0.8"),
    "no shares": ("[funding]\nshares = {}", "funding.shares", "these sum to 0"),
    "origin": (
        "[programs.mentoring]\nstaff.origin = { volunteer = 0.6, professional = 0.3 }",
        "staff.origin",
        "to 0.9",
    ),
    "title of two lines": ('title = "One\\nTwo"', "title", "without control characters"),
    "title with an escape": ('title = "\\u001b[31mRed"', "title", "without control characters"),
    "title written backwards": ('title = "\\u202Eabc"', "title", "without control characters"),
    "empty title": ('title = " "', "title", "must not be empty"),
    "endless title": (f'title = "{"t" * 3000}"', "title", "at most 500 characters"),
    "title is a number": ("title = 3", "title", "must be text, not 3"),
}

WRONG_ESTIMATES = {
    "unknown": (
        '"mentoring.match_end_risk" = { value = 1 }',
        "Did you mean 'mentoring.match_end_monthly_risk'?",
    ),
    "no quotes": ("mentoring.match_end_monthly_risk = { value = 0.1 }", "Write it in quotes"),
    "no origin": ('"mentoring.match_end_monthly_risk" = { value = 0.1 }', "source or an assumption"),
    "out of bounds": (
        '"mentoring.uptake_share" = { value = 30, assumption = "as told" }',
        "30 is outside 0 to 1",
    ),
    "half an interval": (
        '"mentoring.match_end_monthly_risk" = { value = 0.1, low = 0.1, assumption = "as told" }',
        "low and high go together",
    ),
    "unknown key": ('"mentoring.match_end_monthly_risk" = { valu = 0.1 }', "Did you mean 'value'?"),
    "read by the calibration": (
        '"mentoring.hazard_ratio" = { value = 0.5, assumption = "as told" }',
        "only the calibration reads it",
    ),
    "bare number": ('"mentoring.match_end_monthly_risk" = 0.1', "must be a table, not 0.1"),
}


def message(argument: str | Path) -> str:
    """What the reader is told; one line, and never a trace of the library underneath."""
    with pytest.raises(InputError) as caught:
        load_scenario(argument)
    text = str(caught.value)
    assert text.isprintable(), text
    assert len(text) < 700, text
    assert "pydantic" not in text and "Input should" not in text and "Errno" not in text
    return text


def swap(body: str) -> tuple[str, str]:
    """A head that leaves out what the body sets itself, since TOML refuses a key that stands twice."""
    lines = ["schema = 1", 'title = "A test"', 'question = "Does it?"', 'based_on = "status-quo"']
    kept = [line for line in lines if line.split(" = ")[0] != body.split(" = ")[0]]
    return body, "\n".join(kept) + "\n"


@pytest.mark.parametrize(("body", "key", "advice"), (WRONG_KEYS | WRONG_VALUES).values(), ids=WRONG_KEYS | WRONG_VALUES)
def test_a_wrong_key_or_value_is_named_with_file_and_remedy(write: Write, body: str, key: str, advice: str) -> None:
    body, head = swap(body)
    path = write(body, head=head)
    text = message(path)
    where, _, rest = text.removeprefix(f"{path}: ").partition(": ")
    assert text.startswith(f"{path}: ") and where.endswith(key)
    assert advice in rest


@pytest.mark.parametrize(("body", "advice"), WRONG_ESTIMATES.values(), ids=WRONG_ESTIMATES)
def test_a_wrong_estimate_is_refused(write: Write, body: str, advice: str) -> None:
    text = message(write(f"[estimates]\n{body}"))
    assert "mine.toml: estimates." in text
    assert advice in text


def test_several_errors_are_one_message_that_counts_the_others(write: Write) -> None:
    text = message(write("[time]\nlead_months = 99\nfollow_up_months = 0\nwindow_month = 3"))
    assert "time.window_month: " in text and "(and 2 more errors)" in text
    assert "(and 1 more error)" in message(write("[time]\nlead_months = 99\nfollow_up_months = 0"))


def test_a_file_without_based_on_must_be_complete(write: Write) -> None:
    complete = shipped_scenarios()["status-quo"].read_text(encoding="utf-8")
    assert load_scenario(write(complete, head="")).digest == load_scenario("status-quo").digest
    for key in ("title", "length_months", "eligible.to_month", "per_worker"):
        lines = [line for line in complete.splitlines() if not line.startswith(f"{key} = ")]
        text = message(write("\n".join(lines), head=""))
        assert f"{key}: this key is missing" in text and "based_on" in text


def test_the_file_that_sets_a_wrong_value_is_blamed_and_not_the_one_that_inherits_it(write: Write) -> None:
    write("[policies.caseload.mentoring]\nper_worker = 0", "parent.toml")
    child = write("[time]\nlead_months = 3", "child.toml", head='based_on = "parent.toml"\n')
    assert message(child).startswith("parent.toml: policies.caseload.mentoring.per_worker: must be at least 1, not 0")


def test_a_shorter_lead_time_is_blamed_on_the_file_that_sets_it(write: Write) -> None:
    text = message(write("[time]\nlead_months = 0"))
    assert text.startswith(f"{write('[time]')}: programs.mentoring.eligible.from_month: ") and "-6" in text
    assert "Set it to 1, or time.lead_months to 6" in text
    assert "Set it to -3, " in message(write("[time]\nlead_months = 3"))
    both = load_scenario(write("[time]\nlead_months = 3\n[programs.mentoring]\neligible.from_month = -3"))
    assert both.programs.mentoring.eligible.from_month == -both.time.lead_months


def test_a_missing_key_is_missing_where_the_table_begins(write: Write) -> None:
    complete = shipped_scenarios()["status-quo"].read_text(encoding="utf-8")
    lines = [line for line in complete.splitlines() if not line.startswith("length_months = ")]
    write("\n".join(lines), "parent.toml", head="")
    child = write('[programs.mentoring]\ndose = "even"', "child.toml", head='based_on = "parent.toml"\n')
    assert message(child).startswith("parent.toml: programs.mentoring.length_months: this key is missing")
    source = write("[funding.sources.a_fund]\nfirst_step = 1", "source.toml")
    assert message(source).startswith(f"{source}: funding.sources.a_fund.kind: this key is missing")


def test_a_program_without_money_is_refused(write: Write) -> None:
    path = write("[programs.transitional_jobs]\nlength_months = 3")
    said = message(path)
    assert said.startswith(f"{path}: funding.shares: ")
    assert "funding.shares: transitional_jobs is among the programs and has no share" in said
    assert "Give transitional_jobs a share there, 0.0 for none" in said


def test_money_for_a_program_that_is_not_there_is_refused(write: Write) -> None:
    said = message(write("[funding]\nshares = { mentoring = 0.5, case_management = 0.5 }"))
    assert "funding.shares.case_management: case_management has money but is not among the programs" in said
    assert "Add a table [programs.case_management]" in said


def test_based_on_may_not_go_in_a_circle(write: Write) -> None:
    one = write("", "one.toml", head='based_on = "two.toml"')
    write("", "two.toml", head='based_on = "three.toml"')
    write("", "three.toml", head='based_on = "./one.toml"')
    assert "one -> two -> three -> one" in message(one)
    assert "three.toml: based_on: " in message(one)
    assert "own -> own" in message(write("", "own.toml", head='based_on = "own.toml"'))


@pytest.mark.parametrize(
    ("base", "advice"),
    {
        '"status-qou"': "unknown scenario 'status-qou'. Did you mean 'status-quo'?",
        '"miine.toml"': "no such file 'miine.toml'. Did you mean 'mine.toml'?",
        '""': "unknown scenario ''",
        "3": "must be text",
        '["status-quo"]': "must be text",
    }.items(),
)
def test_an_unknown_base_is_named(write: Write, base: str, advice: str) -> None:
    text = message(write("", head=f"based_on = {base}\n"))
    assert "mine.toml: based_on: " in text and advice in text


def test_an_unknown_name_or_path_gets_the_nearest(tmp_path: Path, write: Write) -> None:
    write("", "our-county.toml")
    assert "unknown scenario 'more-mentor'. Did you mean 'more-mentors'?" in message("more-mentor")
    assert "Did you mean 'our-county.toml'?" in message(tmp_path / "our-conty.toml")
    assert "no such file" in message("no/such/folder/x.toml")
    assert "no such file" in message("a\0b.toml")


def test_a_name_must_be_kebab_case(write: Write) -> None:
    assert "Call it 'my-county'" in message(write("", "My_County.toml"))


def test_content_is_judged_before_the_name(write: Write) -> None:
    assert "unknown key 'lead'" in message(write("[time]\nlead = 1\n", "My_County.toml")).replace(
        ", or a wrong unit", ""
    )


@pytest.mark.parametrize(
    ("data", "advice"),
    {
        b"": "is empty",
        b"# nothing yet\n": "is empty",
        b"schema = 1\ntitle = \n": "is not valid TOML: Invalid value (at line 2, column 9)",
        b"schema = 1\nschema = 1\n": "is not valid TOML",
        b"\x89PNG\r\n\x1a\n\x00\x00": "is not text in UTF-8 (byte 1)",
        'title = "Über"'.encode("utf-16"): "is not text in UTF-8",
        b"\x00\x01\x02": "is not valid TOML",
        b"a = " + NEST.encode(): "nests more than 20",
        b"a = " + (NEST + "]" * 3000).encode(): "nests more than 20",
        NEST.encode(): "is not valid TOML",
        b".".join([b"a"] * 3000) + b" = 1": "nests more than 20",
        b"a = " + b"9" * 5000: "thousands of digits",
        b"#" * 1_000_001: "larger than 1 MB",
    }.items(),
    ids=range(13),
)
def test_what_is_no_scenario_file_is_refused(tmp_path: Path, data: bytes, advice: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    text = message(path)
    assert text.startswith(f"{path}: ") and advice in text


def test_a_folder_or_a_pipe_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in message(f"{tmp_path}/")
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert "is a folder" in message(folder)
    os.mkfifo(tmp_path / "pipe.toml")
    assert "is not a regular file" in message(tmp_path / "pipe.toml")
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    assert "loop.toml: " in message(tmp_path / "loop.toml")


def test_an_unreadable_file_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # the tests may run as root, whom no permission stops
    assert message(path).startswith(f"{path}: cannot be read (Permission denied)")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no calibration"),
        ("{", "is not a readable calibration"),
        ("{}", "is not a whole calibration of this version"),
        ('{"names": [], "center": [], "draws": [], "draw_seed": 1}', "Fit it again: reentrysim calibrate TARGETS.csv"),
    ],
)
def test_a_calibration_that_no_run_could_read_is_refused(content: str | None, says: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "here.json").write_text(content)
    file = tmp_path / "mine.toml"
    file.write_text('schema = 1\nbased_on = "status-quo"\npopulation.calibration = "here.json"\n')
    told = message(file)
    assert "population.calibration" in told
    assert says in told
