"""What a reader has put into a picture, in grey: ghosts of curves, and what was predicted, in a line at its foot."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from aihwlab.widgets.style import GHOST, PREDICTED

FOOT = 0.28
"""Height of the line under a picture that says what was predicted, inches."""


def foot_of(figure: Figure) -> Text:
    """Make room at the foot of a figure, whose layout is fixed, and return an empty line of grey text there."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + FOOT)
    for axes in figure.axes:
        left, bottom, across, up = axes.get_position(original=True).bounds
        axes.set_position((left, (bottom * height + FOOT) / (height + FOOT), across, up * height / (height + FOOT)))
    return figure.text(0.01, 0.35 * FOOT / (height + FOOT), '', color=PREDICTED, fontsize='medium', va='baseline')


def ghost_of(curve: Line2D) -> Line2D:
    """Make an invisible grey line of the same kind as a curve, to be drawn beneath it."""
    ghost, = curve.axes.plot([], [], color=GHOST, linewidth=curve.get_linewidth(), linestyle=curve.get_linestyle(),
                             drawstyle=curve.get_drawstyle(), zorder=1.5, visible=False)
    return ghost
