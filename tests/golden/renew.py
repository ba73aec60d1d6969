"""Renew what rests on the model: the calibration, the golden files, tables and pictures of documents and of results.

python tests/golden/renew.py [--keep-calibration | --same | --results]

With --same nothing is fitted: if the calibration's witness finds every run that it rests on as it was, its digests are
renewed and only levels of programs that changed are solved again; else it says what moved and renews nothing. With
--results the published comparisons alone are run again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import published
from reentrysim.analysis.calibrate import calibrate
from reentrysim.analysis.solving import solve_later
from reentrysim.analysis.witness import call_witness, renew_digests
from reentrysim.results import compare


def _tell(what: str, _: float) -> None:
    print(what, flush=True)


def _solve(names: Sequence[str] | None = None) -> None:
    """Levels of programs (default: of all), and the witness that stands for them."""
    if names is None or names:
        solve_later(names or (), progress=_tell)
        call_witness()


def _publish() -> None:
    for name, scenarios in published.COMPARISONS.items():
        result = compare(list(scenarios))
        published.publish(name, result)
        if not scenarios:
            published.paint(published.PICTURES, result)


def main() -> None:
    if "--same" in sys.argv:
        _solve(renew_digests())
        return
    if "--results" in sys.argv:
        _publish()
        return
    if "--keep-calibration" not in sys.argv:
        calibrate(progress=_tell)
        _solve()
    published.write_golden(published.GOLDEN)
    published.quote_all(published.fit_report())
    published.quote_trials()
    _publish()
    print("renewed: look at git diff, and at the pictures")


if __name__ == "__main__":
    main()
