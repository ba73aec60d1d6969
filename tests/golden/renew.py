"""Renew what rests on the model: the calibration, the golden files, the tables and pictures of the documents.

python tests/golden/renew.py [--keep-calibration]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import published
from reentrysim.analysis.calibrate import calibrate
from reentrysim.analysis.solving import solve_later


def main() -> None:
    if "--keep-calibration" not in sys.argv:
        calibrate(progress=lambda what, _: print(what, flush=True))
        solve_later(progress=lambda what, _: print(what, flush=True))
    published.write_golden(published.GOLDEN)
    published.quote_all(published.fit_report())
    published.quote_trials()
    published.paint(published.PICTURES)
    print("renewed: look at git diff, and at the pictures")


if __name__ == "__main__":
    main()
