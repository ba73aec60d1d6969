"""The pictures of results: each a function from `Estimates` (fresh or loaded) to a `Drawn`.

`ALL: dict[str, Callable[[Estimates], Drawn]]` has them by kind, in the order in which they tell the story:

- `curves`: shares by month since release, with bands (file `recidivism`);
- `differences`: the forest, differences with intervals (file `differences`).

Further kinds (`groups`, `plane`, `queues`, `budget`, `equity`) stand in `ALL` under their own names. A `Drawn` has
`file` (name in `figures/`, without ending), `title`, `figure` (matplotlib), `alt` (plain words with the main numbers),
`caption` and `table` (the numbers behind it). A kind that the results have nothing for raises InputError;
`draw_all(results)` gives a dict of those that can be drawn. `svg(drawn.figure)` is the picture as SVG text, the same
bytes every time; `png(drawn.figure)` as bytes. Pictures of a `Why` are in `OF_WHY: dict[str, Callable[[Why], Drawn]]`.
"""

from reentrysim.report.figures.curves import PANELS, curves, recidivism
from reentrysim.report.figures.files import figure_files, png, svg
from reentrysim.report.figures.forest import differences, forest
from reentrysim.report.figures.kinds import ALL, OF_WHY, draw_all
from reentrysim.report.figures.style import SHARES, Drawn, Picture, caption

__all__ = [
    "ALL",
    "OF_WHY",
    "PANELS",
    "SHARES",
    "Drawn",
    "Picture",
    "caption",
    "curves",
    "differences",
    "draw_all",
    "figure_files",
    "forest",
    "png",
    "recidivism",
    "svg",
]
