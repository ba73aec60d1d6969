"""Published results are the program's own output, kept to see when and how results move (`renew.py` renews them)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from golden import published


def test_the_golden_comparison_has_not_moved(tmp_path: Path) -> None:
    """Seven digits: the last ones may differ between processors."""
    published.write_golden(tmp_path / "comparison.csv")
    now, golden = pd.read_csv(tmp_path / "comparison.csv"), pd.read_csv(published.GOLDEN)
    pd.testing.assert_frame_equal(now, golden, rtol=1e-7, atol=1e-9)
