"""Draw a cell of a crossbar: `python img/draw_rpu_cell.py` writes rpu_cell.svg and rpu_cell.png."""

from draw_lenet5 import ANALOG, DIGITAL, INK, LIGHT, save
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

ALT = ('Left: a crossbar of three rows and three columns with a cell at each crosspoint, drivers with digital-to-analog '
       'converters to the left of the rows, and analog-to-digital converters below the columns. Right: one cell, enlarged. '
       'A conductance G connects the row, at the voltage V, to the column, which is held at 0 volts; the current G V '
       'flows through it into the column.')


def main():
    figure = Figure(figsize=(9.6, 4.2), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 9.6), ylim=(0, 4.2), aspect='equal')
    axes.set_axis_off()
    crossbar(axes)
    cell(axes)
    save(figure, 'rpu_cell')


def crossbar(axes):
    """Draw the array with its converters."""
    for number in range(3):
        y, x = 3.3 - number, 1.7 + number
        axes.plot([1.1, 4.2], [y, y], color=INK, linewidth=1.8)
        axes.plot([x + 0.3] * 2, [0.7, 3.6], color=INK, linewidth=1.8)
        box(axes, 0.75, y, 'DAC')
        box(axes, x + 0.3, 0.5, 'ADC')
        for row in range(3):
            resistor(axes, (x, 3.3 - row), (x + 0.3, 3.0 - row), 0.1)
    axes.add_patch(Circle((3.85, 3.15), 0.4, facecolor='none', edgecolor=INK, linewidth=1, linestyle=':'))
    axes.plot([4.24, 5.6], [3.25, 3.6], color=INK, linewidth=1, linestyle=':')
    axes.plot([4.2, 5.6], [2.95, 0.6], color=INK, linewidth=1, linestyle=':')


def cell(axes):
    """Draw one cell with its voltage and its current."""
    axes.plot([5.6, 8.6], [3.1, 3.1], color=INK, linewidth=2.5)
    axes.plot([7.9, 7.9], [0.6, 3.7], color=INK, linewidth=2.5)
    resistor(axes, (6.4, 3.1), (7.9, 1.6), 0.34)
    axes.text(6.5, 3.3, 'row, voltage V', color=INK, fontsize=13, ha='center')
    axes.text(6.55, 1.95, 'G', color=ANALOG, fontsize=15, ha='center')
    axes.text(8.05, 2.2, 'column,\nheld at 0 V', color=INK, fontsize=13, va='center')
    axes.annotate('', (8.1, 0.6), (8.1, 1.4), arrowprops=dict(arrowstyle='-|>', color=DIGITAL, linewidth=2))
    axes.text(8.25, 1.0, 'I = G V', color=DIGITAL, fontsize=13, va='center')


def resistor(axes, start, end, width):
    """Draw a conductance between two points of a falling diagonal."""
    axes.plot([start[0], end[0]], [start[1], end[1]], color=ANALOG, linewidth=1.5, zorder=2)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    length = (end[0] - start[0]) * 0.7
    axes.add_patch(Rectangle((x - length / 2, y - width / 2), length, width, angle=-45, rotation_point='center',
                             facecolor=LIGHT[ANALOG], edgecolor=ANALOG, linewidth=1.5, zorder=3))
    axes.plot(*start, 'o', color=INK, markersize=4, zorder=4)
    axes.plot(*end, 'o', color=INK, markersize=4, zorder=4)


def box(axes, x, y, text):
    """Draw a converter."""
    axes.add_patch(Rectangle((x - 0.35, y - 0.2), 0.7, 0.4, facecolor=LIGHT[DIGITAL], edgecolor=DIGITAL, zorder=4))
    axes.text(x, y, text, color=DIGITAL, fontsize=11, ha='center', va='center', zorder=5)


if __name__ == '__main__':
    main()
