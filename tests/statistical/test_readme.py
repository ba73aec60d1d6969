"""README's fit table is what `reentrysim validate` prints today, and its promises are kept."""

from __future__ import annotations

from golden import published


def test_readme_quotes_todays_fit_and_the_promises_are_kept() -> None:
    report = published.fit_report()
    assert report.passed, report.frame[~report.frame["ok"]]
    assert published.quoted(published.README, "fit") == published.fit_table(report)
    for mark, made in published.TABLES.items():
        assert published.quoted(published.VALIDATION, mark) == made(report), mark
    assert published.quoted(published.VALIDATION, published.GUIDE) == published.guide_table()
