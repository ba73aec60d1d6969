"""The pictures of results: each a function from `Estimates` (fresh or loaded) to a `Drawn`.

`ALL: dict[str, Callable[[Estimates], Drawn]]` has them by kind, in the order in which they tell the story:

- `curves`: shares by month since release, with bands (file `recidivism`);
- `differences`: the forest, differences with intervals (file `differences`);
- `groups`: the same by sex, age, race and risk, a panel a scenario;
- `plane`: the cost-effectiveness plane;
- `queues`: lines, places and workers of programs by month of the run;
- `budget`: where the money went;
- `equity`: who gets a place, who gains, and gaps before and after, of one scenario.

`OF_WHY: dict[str, Callable[[Why], Drawn]]` has those of a `Why`: `waterfall` of mediators and `tornado` of estimates.

A `Drawn` has `file` (name in `figures/`, without ending), `title`, `figure` (matplotlib), `alt` (plain words with the
main numbers), `caption` and `table` (the numbers behind it). A kind that the results have nothing for raises
InputError; `draw_all(results)` (of a `Why`: `draw_why(found)`) gives a dict of those that can be drawn; a result holds
them in `pictures`. `drawn.svg` is the picture as SVG text, the same bytes every time; `png(drawn.figure)` as bytes.
`svg(figure)` draws a figure anew.
"""

from reentrysim.report.figures.budget import budget
from reentrysim.report.figures.curves import PANELS, curves, recidivism
from reentrysim.report.figures.files import figure_files, picture_files
from reentrysim.report.figures.forest import differences, forest
from reentrysim.report.figures.gaps import gaps
from reentrysim.report.figures.groups import groups_forest
from reentrysim.report.figures.kinds import ALL, OF_WHY, draw_all, draw_why
from reentrysim.report.figures.plane import plane
from reentrysim.report.figures.queues import queues
from reentrysim.report.figures.rendering import png, svg
from reentrysim.report.figures.style import SHARES, Drawn, Picture, caption, has_intervals
from reentrysim.report.figures.tornado import tornado
from reentrysim.report.figures.waterfall import waterfall

__all__ = [
    "ALL",
    "OF_WHY",
    "PANELS",
    "SHARES",
    "Drawn",
    "Picture",
    "budget",
    "caption",
    "curves",
    "differences",
    "draw_all",
    "draw_why",
    "figure_files",
    "forest",
    "gaps",
    "groups_forest",
    "has_intervals",
    "picture_files",
    "plane",
    "png",
    "queues",
    "recidivism",
    "svg",
    "tornado",
    "waterfall",
]
