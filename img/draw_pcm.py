"""Draw a phase-change memory cell and an array: `python img/draw_pcm.py` writes pcm_cell and pcm_array, SVG and PNG."""

import numpy as np
from draw_lenet5 import ANALOG, DIGITAL, INK, save
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, Wedge

CELL_ALT = ('Three cross-sections of a mushroom cell, a heater below a layer of chalcogenide. SET: all of the layer is '
            'crystal, and current flows, 25 microsiemens. Partly SET: a thin dome of glass above the heater, a few '
            'microsiemens. RESET: a thick dome of glass covers the heater, 0.5 microsiemens. Melting and quenching lead to '
            'RESET at once; crystal growth leads back step by step.')
ARRAY_ALT = ('An array of four rows and four columns of cells. A word line reaches each row, a bit line each column. '
             'The domes of glass of the cells differ in size: each stores its own conductance.')

METAL, CRYSTAL = '#8A8A8A', '#DDE8F0'


def main():
    draw_cell()
    draw_array()


def draw_cell():
    figure = Figure(figsize=(10.2, 4.5), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 10.2), ylim=(-0.5, 4.0), aspect='equal')
    axes.set_axis_off()
    for x, radius, name, value in ((0.3, 0.0, 'SET: crystal', '25 µS'), (3.8, 0.42, 'partly SET', 'a few µS'),
                                   (7.3, 0.85, 'RESET: glass', '0.5 µS')):
        mushroom(axes, x, 1.0, 2.6, radius)
        axes.text(x + 1.3, 3.55, name, fontsize=14, ha='center', weight='bold', color=INK)
        axes.text(x + 1.3, 0.66, value, fontsize=13, ha='center', color=INK)
    for x, y, name, colour in ((1.6, 3.07, 'top electrode', 'white'), (1.6, 2.32, 'crystal', INK),
                               (1.6, 1.37, 'heater', 'white'), (0.82, 1.37, 'insulator', INK),
                               (8.6, 2.15, 'glass', 'white')):
        axes.text(x, y, name, fontsize=9 if name == 'heater' else 11, ha='center', va='center', color=colour)
    axes.annotate('', (7.2, 0.1), (3.0, 0.1), arrowprops=dict(arrowstyle='-|>', color=ANALOG, linewidth=2))
    axes.text(5.1, 0.15, 'melt and quench: one pulse', color=ANALOG, fontsize=12, ha='center', va='bottom')
    axes.annotate('', (3.0, -0.05), (7.2, -0.05), arrowprops=dict(arrowstyle='-|>', color=DIGITAL, linewidth=2))
    axes.text(5.1, -0.11, 'grow crystal: many pulses', color=DIGITAL, fontsize=12, ha='center', va='top')
    save(figure, 'pcm_cell')


def mushroom(axes, x, y, side, radius):
    """Draw one cell in cross-section."""
    scale = side / 2.6
    axes.add_patch(Rectangle((x, y), side, 0.75 * scale, facecolor='#F0EDE4', edgecolor='none'))
    axes.add_patch(Rectangle((x, y + 0.75 * scale), side, 1.15 * scale, facecolor=CRYSTAL, edgecolor='none'))
    axes.add_patch(Rectangle((x, y + 1.9 * scale), side, 0.35 * scale, facecolor=METAL, edgecolor='none'))
    if radius:
        axes.add_patch(Wedge((x + side / 2, y + 0.75 * scale), radius * scale, 0, 180, facecolor=DIGITAL,
                             edgecolor='none'))
    axes.add_patch(Rectangle((x + side / 2 - 0.22 * scale, y), 0.44 * scale, 0.75 * scale, facecolor='#606060',
                             edgecolor='none'))
    axes.add_patch(Rectangle((x, y), side, 2.25 * scale, facecolor='none', edgecolor=INK, linewidth=1))


def draw_array():
    figure = Figure(figsize=(7.2, 5.0), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 7.2), ylim=(0, 5.0), aspect='equal')
    axes.set_axis_off()
    size = np.random.default_rng(3).uniform(0, 0.85, (4, 4))
    for number in range(4):
        y, x = 3.75 - number, 1.9 + 1.3 * number
        axes.plot([1.35, 6.9], [y + 0.72, y + 0.72], color=ANALOG, linewidth=2)
        axes.plot([x + 0.95] * 2, [0.45, 4.75], color=INK, linewidth=2)
        axes.text(1.25, y + 0.72, f'word line {number + 1}', color=ANALOG, fontsize=11, ha='right', va='center')
        axes.text(x + 0.95, 0.2, f'bit line {number + 1}', color=INK, fontsize=11, ha='center', va='center')
        for row in range(4):
            cell = 3.75 - row
            axes.plot([x + 0.4, x + 0.4], [cell + 0.72, cell + 0.6], color=ANALOG, linewidth=1.5)
            axes.plot([x + 0.4, x + 0.4, x + 0.95], [cell, cell - 0.12, cell - 0.12], color=INK, linewidth=1.5)
            mushroom(axes, x + 0.05, cell, 0.7, size[row, number])
    save(figure, 'pcm_array')


if __name__ == '__main__':
    main()
