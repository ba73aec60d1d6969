"""The caseload curve at a fixed budget, for mentoring and case management: a table, a verdict and a picture.

python benchmarks/caseload_curve.py                                       # as published: some hours on two cores
python benchmarks/caseload_curve.py --replicates 10 --participants 510 --caseloads 1 8 60   # whether it works

With fewer people simulated a caseworker stands for so many that the money buys none.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from reentrysim.analysis.caseload_curve import CASELOADS, caseload_curve, verdict
from reentrysim.analysis.caseload_curve import PROGRAMS as CURVES
from reentrysim.experiments.store import write_csv
from reentrysim.report.caseload_curve import DOTS_PER_INCH, picture

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run the curves, print the verdicts, write table and picture."""
    import pandas as pd

    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--replicates", type=int, default=200)
    asked.add_argument("--participants", type=int, default=2040)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--caseloads", type=int, nargs="+", default=list(CASELOADS))
    asked.add_argument("--table", type=Path, default=ROOT / "results" / "caseload.csv")
    asked.add_argument("--picture", type=Path, default=ROOT / "docs" / "pictures" / "caseload.png")
    told = asked.parse_args()
    options = {"replicates": told.replicates, "participants": told.participants, "jobs": told.jobs}
    curves = []
    for program in CURVES:
        curves.append(caseload_curve(program, told.caseloads, **options))
        print(curves[-1].to_string(index=False, float_format="%.2f"), verdict(curves[-1]), sep="\n", flush=True)
    table = pd.concat(curves, ignore_index=True)
    told.table.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, told.table)
    picture(table).savefig(told.picture, dpi=DOTS_PER_INCH)


if __name__ == "__main__":
    main()
