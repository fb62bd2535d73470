"""Draw how LeNet5 is laid out on crossbars: `python img/draw_tiles.py` writes lenet5_tiles.svg and lenet5_tiles.png."""

from draw_lenet5 import ANALOG, DIGITAL, INK, LIGHT, save
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

ALT = ('The four layers with weights on four crossbars, drawn to scale: 16 outputs by 25 inputs for the first '
       'convolution, 32 by 400 for the second, 128 by 512 and 10 by 128 for the fully connected layers. Inputs enter each '
       'crossbar at the top through digital-to-analog converters (DAC), and outputs leave it on the right through '
       'analog-to-digital converters (ADC). Between the crossbars are digital parts: bias, tanh, max pooling, log-softmax. '
       'The third crossbar holds 65,536 of the 80,016 crosspoints.')

LAYERS = (  # name, what enters, outputs, inputs, digital parts that follow, where the row's middle is
    ('convolution 1', 'patches of 5 × 5 pixels,\n576 of them in an image', 16, 25,
     '+ bias, tanh,\nmax pool 24 → 12', 5.15),
    ('convolution 2', 'patches of 5 × 5 in 16 maps,\n64 of them in an image', 32, 400,
     '+ bias, tanh,\nmax pool 8 → 4, tanh', 3.95),
    ('fully connected 1', 'a vector of 512,\none for each image', 128, 512, '+ bias, tanh', 2.35),
    ('fully connected 2', 'a vector of 128,\none for each image', 10, 128, '+ bias, log-softmax', 0.85),
)
SCALE, LEFT, DIGITAL_LEFT, BAND = 3.5 / 512, 3.15, 7.85, 0.09


def main():
    figure = Figure(figsize=(10.4, 6.3), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 10.4), ylim=(0, 6.3), aspect='equal')
    axes.set_axis_off()
    for x, text, colour in ((0.2, 'layer and its inputs', INK), (LEFT, 'crossbar, outputs × inputs, to scale', ANALOG),
                            (DIGITAL_LEFT, 'digital, in between', DIGITAL)):
        axes.text(x, 6.0, text, color=colour, fontsize=12.5, weight='bold', va='center')
    for number, (name, enters, outputs, inputs, follows, middle) in enumerate(LAYERS):
        axes.text(0.2, middle + 0.3, name, color=INK, fontsize=12.5, va='center')
        axes.text(0.2, middle - 0.1, enters, color='#555555', fontsize=11, va='center')
        right = crossbar(axes, outputs, inputs, middle, labelled=inputs == 512)
        axes.annotate('', (DIGITAL_LEFT - 0.08, middle), (right + 0.06, middle),
                      arrowprops=dict(arrowstyle='-|>', color=INK, linewidth=1.4))
        axes.add_patch(FancyBboxPatch((DIGITAL_LEFT + 0.05, middle - 0.26), 2.15, 0.52, boxstyle='round,pad=0.05',
                                      facecolor=LIGHT[DIGITAL], edgecolor=DIGITAL))
        axes.text(DIGITAL_LEFT + 1.12, middle, follows, color=INK, fontsize=11, ha='center', va='center')
        top = (LEFT + inputs * SCALE / 2, middle + outputs * SCALE / 2 + 0.04 + BAND)
        if number:
            turn = top[1] + 0.36
            axes.plot([DIGITAL_LEFT + 1.12] * 2 + [top[0]], [LAYERS[number - 1][-1] - 0.33, turn, turn], color=INK,
                      linewidth=1.4, solid_joinstyle='round')
        axes.annotate('', top, (top[0], top[1] + 0.38), arrowprops=dict(arrowstyle='-|>', color=INK, linewidth=1.4))
    save(figure, 'lenet5_tiles')


def crossbar(axes, outputs, inputs, middle, labelled):
    """Draw a crossbar with its converters and size; return its right end."""
    width, height = inputs * SCALE, outputs * SCALE
    bottom = middle - height / 2
    axes.add_patch(Rectangle((LEFT, bottom), width, height, facecolor=LIGHT[ANALOG], edgecolor=ANALOG, linewidth=1.2))
    for line in range(1, max(2, inputs // 16)):
        x = LEFT + width * line / max(2, inputs // 16)
        axes.plot([x, x], [bottom, bottom + height], color=ANALOG, linewidth=0.4, alpha=0.6)
    for line in range(1, max(2, outputs // 16)):
        y = bottom + height * line / max(2, outputs // 16)
        axes.plot([LEFT, LEFT + width], [y, y], color=ANALOG, linewidth=0.4, alpha=0.6)
    axes.add_patch(Rectangle((LEFT, bottom + height + 0.03), width, BAND, facecolor=DIGITAL, edgecolor='none'))
    axes.add_patch(Rectangle((LEFT + width + 0.03, bottom), BAND, height, facecolor=DIGITAL, edgecolor='none'))
    if labelled:
        axes.text(LEFT + width, bottom + height + 0.24, 'DAC', color=DIGITAL, fontsize=11, ha='right', va='center')
        axes.text(LEFT + width + 0.35, middle + 0.14, 'ADC', color=DIGITAL, fontsize=11, ha='center')
    axes.text(LEFT, bottom - 0.2, f'{outputs} × {inputs} = {outputs * inputs:,} crosspoints', color=INK, fontsize=11.5,
              va='center')
    return LEFT + width + 0.03 + BAND


if __name__ == '__main__':
    main()
