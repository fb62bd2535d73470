"""Draw a phase-change memory cell and an array: `python img/draw_pcm.py` writes pcm_cell and pcm_array, SVG and PNG."""

import numpy as np
from draw_lenet5 import ANALOG, DIGITAL, INK, save
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, Wedge

CELL_ALT = ('Three cross-sections of a mushroom cell, a heater below a layer of chalcogenide. SET: all of the layer is '
            'crystal, and current flows, 25 microsiemens. Partly SET: a thin dome of glass above the heater, a few '
            'microsiemens. RESET: a thick dome of glass covers the heater, 0.5 microsiemens. Melting and quenching lead to '
            'RESET at once; crystal growth leads back step by step.')
ARRAY_ALT = ('An array of four rows and four columns of cells. Below each cell is a transistor. A word line runs along each '
             'row to the gates of its transistors, a bit line along each column to the tops of its cells; behind the '
             'transistors is ground. The domes of glass differ in size: each cell stores its own conductance.')

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
    figure = Figure(figsize=(7.6, 6.0), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 7.6), ylim=(0, 6.0), aspect='equal')
    axes.set_axis_off()
    size = np.random.default_rng(3).uniform(0, 0.85, (4, 4))
    for number in range(4):
        x, word = 1.6 + 1.5 * number, 4.65 - 1.3 * number
        axes.plot([1.35, 7.3], [word, word], color=ANALOG, linewidth=2)
        axes.plot([x, x], [0.45, 5.75], color=INK, linewidth=2)
        axes.text(1.25, word, f'word line {number + 1}', color=ANALOG, fontsize=11, ha='right', va='center')
        axes.text(x, 0.22, f'bit line {number + 1}', color=INK, fontsize=11, ha='center', va='center')
        for row in range(4):
            mushroom(axes, x + 0.15, 4.98 - 1.3 * row, 0.6, size[row, number])
            selector(axes, x, 4.98 - 1.3 * row)
    save(figure, 'pcm_array')


def selector(axes, x, y):
    """Draw what joins a cell, whose lower left corner is (x + 0.15, y), to its bit line, its word line and ground."""
    middle, word = x + 0.45, y - 0.33
    axes.plot([x, middle, middle], [y + 0.62, y + 0.62, y + 0.52], color=INK, linewidth=1.5)
    axes.plot(x, y + 0.62, 'o', color=INK, markersize=3.5)
    drain, source = middle + 0.2, middle + 0.55
    axes.plot([middle, middle, drain, drain], [y, y - 0.1, y - 0.1, word + 0.14], color=INK, linewidth=1.5)
    axes.plot([drain - 0.06, source + 0.06], [word + 0.14] * 2, color=INK, linewidth=3)           # channel
    axes.plot([drain - 0.02, source + 0.02], [word + 0.07] * 2, color=ANALOG, linewidth=2)        # gate
    axes.plot([(drain + source) / 2] * 2, [word + 0.07, word], color=ANALOG, linewidth=1.5)
    axes.plot([source, source, source + 0.16], [word + 0.14, word + 0.3, word + 0.3], color=INK, linewidth=1.5)
    for step, half in enumerate((0.1, 0.06, 0.02)):                                               # ground
        axes.plot([source + 0.16 + 0.04 * step] * 2, [word + 0.3 - half, word + 0.3 + half], color=INK, linewidth=1.2)


if __name__ == '__main__':
    main()
