"""Draw the two places to multiply: `python img/draw_memory_and_processor.py` writes memory_and_processor.svg and .png."""

from draw_lenet5 import ANALOG, DIGITAL, INK, LIGHT, save
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

ALT = ('Two machines. On the left, conventional memory: a thick arrow joins a memory to a processing unit, because all '
       'weights move to the processing unit; inputs and results move as well. On the right, computational memory: the '
       'weights are conductances at the crosspoints of a crossbar and stay there; only inputs go in and results come out, '
       'on thin arrows.')


def main():
    figure = Figure(figsize=(11, 4), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 11), ylim=(0, 4), aspect='equal')
    axes.set_axis_off()
    for x, title, colour in ((0.2, 'conventional memory', DIGITAL), (5.8, 'computational memory', ANALOG)):
        axes.text(x + 2.5, 3.7, title, color=colour, fontsize=14, weight='bold', ha='center', va='center')
        box(axes, x, 1.5, 'processing\nunit', DIGITAL)
        box(axes, x + 3.4, 1.6, '', colour)
    memory(axes, 3.6)
    crossbar(axes, 9.2)
    flow(axes, (3.5, 2.35), (1.85, 2.35), 16, ANALOG, 'simple')
    axes.text(2.67, 2.85, 'all weights', color=ANALOG, fontsize=12, ha='center', weight='bold')
    flow(axes, (7.45, 2.35), (9.1, 2.35), 2, INK)
    axes.text(8.27, 2.5, 'inputs', fontsize=12, ha='center')
    flow(axes, (1.85, 1.4), (3.5, 1.4), 2, INK, '<|-|>')
    flow(axes, (9.1, 1.4), (7.45, 1.4), 2, INK)
    axes.text(2.67, 0.98, 'inputs, results', fontsize=12, ha='center')
    axes.text(8.27, 0.98, 'results', fontsize=12, ha='center')
    axes.text(2.7, 0.25, 'multiplies in the processing unit', color=INK, fontsize=12, ha='center')
    axes.text(8.3, 0.25, 'multiplies where the weights are', color=INK, fontsize=12, ha='center')
    save(figure, 'memory_and_processor')


def box(axes, x, width, name, colour):
    """Draw a part of a machine."""
    axes.add_patch(FancyBboxPatch((x + 0.05, 0.75), width, 2.5, boxstyle='round,pad=0.0,rounding_size=0.1',
                                  facecolor=LIGHT[colour], edgecolor=colour, linewidth=1.8))
    axes.text(x + 0.05 + width / 2, 2, name, color=colour, fontsize=13, ha='center', va='center')


def flow(axes, start, end, width, colour, style='-|>'):
    """Draw an arrow for what moves: the more, the thicker."""
    axes.annotate('', end, start, arrowprops=dict(arrowstyle=style, color=colour, mutation_scale=4 * width + 12,
                                                  linewidth=0 if style == 'simple' else width))


def memory(axes, x):
    """Draw rows of stored numbers."""
    for row in range(6):
        axes.text(x + 0.85, 2.9 - 0.36 * row, ('0110 1011', '1100 0010', '0001 1101')[row % 3], color=INK,
                  fontsize=10.5, family='monospace', ha='center', va='center')


def crossbar(axes, x):
    """Draw lines and the conductances at their crossings."""
    places = [0.32 + 0.27 * index for index in range(5)]
    for place in places:
        axes.plot([x + 0.12, x + 1.58], [0.72 + 1.5 * place] * 2, color=INK, linewidth=1.2)
        axes.plot([x + place - 0.01] * 2, [0.95, 3.1], color=INK, linewidth=1.2)
    for row, height in enumerate(places):
        for column, place in enumerate(places):
            axes.plot(x + place - 0.01, 0.72 + 1.5 * height, 'o', color=ANALOG,
                      markersize=4 + (3 * row + 5 * column) % 6)


if __name__ == '__main__':
    main()
