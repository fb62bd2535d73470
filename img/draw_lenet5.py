"""Draw LeNet5, the network of the lessons: `python img/draw_lenet5.py` writes lenet5.svg and lenet5.png here."""

from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

ALT = ('LeNet5 from left to right: a digit of 28 by 28 pixels; 16 maps of 24 by 24 after a convolution with windows '
       'of 5 by 5; 16 maps of 12 by 12 after tanh and max pooling; 32 maps of 8 by 8 after a second convolution; 32 maps '
       'of 4 by 4 after tanh and max pooling; a vector of 512; 128 neurons; 10 outputs, one for each digit. The two '
       'convolutions and the two fully connected layers are analog; tanh, pooling, flattening and log-softmax are digital.')

ANALOG, DIGITAL, INK = '#D55E00', '#0072B2', '#222222'
LIGHT = {ANALOG: '#FBE3D3', DIGITAL: '#D9EAF5', INK: '#F4F4F4'}

STAGES = (  # operation that leads to the stage, its colour; number of maps, size of a map or vector, sheets drawn
    ('', INK, 1, 28, 1),
    ('convolution\n5 × 5', ANALOG, 16, 24, 5),
    ('tanh\nmax pool 2', DIGITAL, 16, 12, 5),
    ('convolution\n5 × 5', ANALOG, 32, 8, 7),
    ('tanh\nmax pool 2', DIGITAL, 32, 4, 7),
    ('tanh\nflatten', DIGITAL, None, 512, 0),
    ('fully\nconnected', ANALOG, None, 128, 0),
    ('fully\nconnected', ANALOG, None, 10, 0),
)
SCALE, SHIFT, GAP, BAR, MIDDLE = 1.1 / 28, 0.05, 0.8, 0.13, 2.1
HEIGHT = {512: 2.0, 128: 1.4, 10: 0.8}


def main():
    figure = Figure(figsize=(11.4, 4), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 11.4), ylim=(0, 4), aspect='equal')
    axes.set_axis_off()
    x = 0.2
    for operation, colour, maps, size, sheets in STAGES:
        if operation:
            x = arrow(axes, x, operation, colour)
        x = bar(axes, x, size, colour) if maps is None else stack(axes, x, maps, size, sheets, colour)
    axes.text(x + 0.1, MIDDLE, 'log-\nsoftmax\n(digital)', color=DIGITAL, fontsize=11, va='center')
    axes.plot([], [], color=ANALOG, linewidth=6, label='analog: on crossbars')
    axes.plot([], [], color=DIGITAL, linewidth=6, label='digital')
    axes.legend(loc='lower center', ncols=2, frameon=False, fontsize=12, bbox_to_anchor=(0.5, 0.0))
    save(figure, 'lenet5')


def arrow(axes, x, operation, colour):
    """Draw an arrow with its operation above; return where it ends."""
    middle = x + GAP / 2
    axes.annotate('', (x + GAP - 0.1, MIDDLE), (x + 0.1, MIDDLE),
                  arrowprops=dict(arrowstyle='-|>', color=colour, linewidth=2))
    axes.plot([middle, middle], [MIDDLE + 0.1, 3.3], color=colour, linewidth=0.8, linestyle=':', zorder=0)
    axes.text(middle, 3.62, operation, color=colour, fontsize=10.5, ha='center', va='center')
    return x + GAP


def stack(axes, x, maps, size, sheets, colour):
    """Draw feature maps as a stack of sheets; return where it ends."""
    side, depth = size * SCALE, (sheets - 1) * SHIFT
    for sheet in range(sheets):
        shift = sheet * SHIFT
        corner = x + depth - shift, MIDDLE - side / 2 + depth / 2 - shift
        axes.add_patch(Rectangle(corner, side, side, facecolor=LIGHT[colour], edgecolor=colour, linewidth=1))
    if maps == 1:
        draw_seven(axes, x, MIDDLE - side / 2, side)
    caption(axes, x + (side + depth) / 2, f'{maps} × {size} × {size}' if maps > 1 else f'{size} × {size}',
            'maps' if maps > 1 else 'digit')
    return x + side + depth


def bar(axes, x, length, colour):
    """Draw a vector; return where it ends."""
    height = HEIGHT[length]
    axes.add_patch(Rectangle((x, MIDDLE - height / 2), BAR, height, facecolor=LIGHT[colour], edgecolor=colour))
    name, name_colour = {512: ('values', INK), 128: ('then tanh', DIGITAL), 10: ('outputs', INK)}[length]
    caption(axes, x + BAR / 2, str(length), name, name_colour)
    return x + BAR


def draw_seven(axes, x, y, side):
    """Draw a digit."""
    axes.plot([x + 0.3 * side, x + 0.7 * side, x + 0.45 * side], [y + 0.75 * side, y + 0.75 * side, y + 0.2 * side],
              color=INK, linewidth=7, solid_capstyle='round', solid_joinstyle='round')


def caption(axes, x, size, name, colour=INK):
    """Write the size of a part and its name below it."""
    axes.text(x, 0.72, size, color=INK, fontsize=12, ha='center', weight='bold')
    axes.text(x, 0.48, name, color=colour, fontsize=11, ha='center')


def save(figure, name):
    """Write a figure next to this script as SVG and PNG."""
    for suffix in ('svg', 'png'):
        figure.savefig(Path(__file__).with_name(f'{name}.{suffix}'), facecolor='white',
                       metadata={'Date': None} if suffix == 'svg' else None)


if __name__ == '__main__':
    main()
