"""Draw a weight made of two cells: `python img/draw_pair_of_cells.py` writes pair_of_cells.svg and pair_of_cells.png."""

from draw_lenet5 import ANALOG, DIGITAL, INK, LIGHT, save
from draw_rpu_cell import resistor
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

ALT = ('A weight as a pair of cells. One row, at the voltage V, crosses two columns. A cell with the conductance G plus joins '
       'it to the left column, a cell with the conductance G minus to the right one. The current of the right column is '
       'subtracted from that of the left one: the output is G plus minus G minus, times V. On the right, three weights: '
       'plus one half is 12.5 and 0 microsiemens, zero is 0 and 0, minus one is 0 and 25.')

WEIGHTS = (('+0.5', '12.5', '0'), ('0', '0', '0'), ('−1', '0', '25'))
"""Weight, G+ and G-, uS, where 1 is 25 uS."""


def main():
    figure = Figure(figsize=(9.6, 4.2), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 9.6), ylim=(0, 4.2), aspect='equal')
    axes.set_axis_off()
    pair(axes)
    examples(axes)
    save(figure, 'pair_of_cells')


def pair(axes):
    """Draw two cells on one row, and the subtraction below their columns."""
    axes.plot([0.5, 4.6], [3.3, 3.3], color=INK, linewidth=2.5)
    axes.text(1.0, 3.5, 'row, voltage V', color=INK, fontsize=13, ha='center', va='bottom')
    for x, sign, name in ((2.2, '+', 'G⁺'), (4.2, '−', 'G⁻')):
        axes.plot([x, x], [1.1, 3.8], color=INK, linewidth=2.5)
        resistor(axes, (x - 0.95, 3.3), (x, 2.35), 0.24)
        axes.text(x - 0.85, 2.55, name, color=ANALOG, fontsize=15, ha='center', va='center')
        axes.annotate('', (x + 0.2, 1.35), (x + 0.2, 2.05), arrowprops=dict(arrowstyle='-|>', color=DIGITAL, linewidth=2))
        axes.text(x + 0.3, 1.7, f'{name} V', color=DIGITAL, fontsize=13, va='center')
        axes.plot([x, x], [0.6, 1.1], color=INK, linewidth=2.5)
        axes.text(x - 0.2, 0.85, sign, color=DIGITAL, fontsize=16, ha='center', va='center')
    axes.plot([2.2, 2.98], [0.6, 0.6], color=INK, linewidth=2.5)
    axes.plot([3.42, 4.2], [0.6, 0.6], color=INK, linewidth=2.5)
    axes.add_patch(Circle((3.2, 0.6), 0.22, facecolor=LIGHT[DIGITAL], edgecolor=DIGITAL, linewidth=1.5, zorder=4))
    axes.text(3.2, 0.6, 'Σ', color=DIGITAL, fontsize=14, ha='center', va='center', zorder=5)
    axes.text(3.2, 0.18, '(G⁺ − G⁻) V', color=DIGITAL, fontsize=14, ha='center', va='center')


def examples(axes):
    """Draw pairs for three weights as bars of their conductances."""
    for x, text in ((5.95, 'weight'), (7.2, 'G⁺ (µS)'), (8.7, 'G⁻ (µS)')):
        axes.text(x, 3.75, text, color=INK, fontsize=13, ha='center')
    for row, (weight, *conductances) in enumerate(WEIGHTS):
        y = 2.85 - row
        axes.text(5.95, y, weight, color=INK, fontsize=14, ha='center', va='center')
        for x, conductance in zip((6.65, 8.15), conductances):
            axes.add_patch(Rectangle((x, y - 0.2), 1.1, 0.4, facecolor='none', edgecolor=INK, linewidth=1))
            axes.add_patch(Rectangle((x, y - 0.2), 1.1 * float(conductance) / 25, 0.4, facecolor=LIGHT[ANALOG],
                                     edgecolor=ANALOG, linewidth=1.5))
            axes.text(x + 0.83, y, conductance, color=INK, fontsize=12, ha='center', va='center')


if __name__ == '__main__':
    main()
