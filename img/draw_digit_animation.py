"""Train LeNet5 on analog tiles, then draw digits on their way through it: `python img/draw_digit_animation.py`.

It writes digit_animation.gif, and the last picture of it as digit_animation.png. Training takes a minute or two.
"""

import io
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch.nn import CrossEntropyLoss, Flatten, LogSoftmax, MaxPool2d, Tanh
from torch.utils.data import DataLoader

from aihwlab.datasets import load_mnist
from aihwlab.nn import AnalogConv2d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.presets import EcRamPreset

ALT = ('Three handwritten digits pass through a trained analog LeNet5, one after another. Stage by stage, these appear: the '
       '16 maps after the first convolution, their pooled versions, the 32 maps after the second one, their pooled '
       'versions, 128 neurons, and finally the probabilities of the ten digits.')

DIGITS = (7, 2, 4)
STAGES = (  # caption, position of the module whose output is shown, rows of maps
    ('digit\n28 × 28', None, 1), ('conv., tanh\n16 × 24 × 24', 1, 4), ('max pool\n16 × 12 × 12', 2, 4),
    ('conv., tanh\n32 × 8 × 8', 4, 8), ('pool, tanh\n32 × 4 × 4', 6, 8), ('neurons\n128', 9, 16),
    ('probability\n10', 11, None))
WIDTHS = (0.8, 1.55, 1.55, 0.95, 0.95, 0.7, 0.9)
GAP = 0.08
FRAME, LAST_FRAME = 700, 2400
"""How long a picture stays, ms."""


def main():
    train, test = load_mnist(source='bundled')
    model = trained_network(train)
    figure, artists = draw_axes()
    frames, durations = [], []
    for digit in DIGITS:
        image = next(image for image, label in test if label == digit)
        activations = pass_through(model, image)
        for stage in range(len(STAGES)):
            update(artists, activations, stage)
            frames.append(picture(figure))
            durations.append(LAST_FRAME if stage == len(STAGES) - 1 else FRAME)
    folder = Path(__file__).parent
    frames[-1].save(folder / 'digit_animation.png')
    palette = frames[-1].convert('RGB').quantize(256)
    reduced = [frame.convert('RGB').quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    reduced[0].save(folder / 'digit_animation.gif', save_all=True, append_images=reduced[1:], duration=durations,
                    loop=0, optimize=True)


def trained_network(train):
    """Return LeNet5 after two epochs on electrochemical memory."""
    torch.manual_seed(1)
    config = EcRamPreset()
    model = AnalogSequential(
        AnalogConv2d(1, 16, 5, rpu_config=config), Tanh(), MaxPool2d(2),
        AnalogConv2d(16, 32, 5, rpu_config=config), Tanh(), MaxPool2d(2), Tanh(), Flatten(),
        AnalogLinear(512, 128, rpu_config=config), Tanh(),
        AnalogLinear(128, 10, rpu_config=config), LogSoftmax(dim=1))
    optimizer = AnalogSGD(model.parameters(), lr=0.02)
    optimizer.regroup_param_groups(model)
    loss_function = CrossEntropyLoss()
    for _ in range(2):
        for images, labels in DataLoader(train, batch_size=8, shuffle=True):
            optimizer.zero_grad()
            loss_function(model(images), labels).backward()
            optimizer.step()
    return model.eval()


@torch.no_grad()
def pass_through(model, image):
    """Return what the stages show of an image: pictures, and finally the probabilities."""
    outputs, x = [], image[None]
    for module in model:
        x = module(x)
        outputs.append(x[0].numpy())
    shown = [image[0].numpy()]
    for _, position, rows in STAGES[1:-1]:
        output = outputs[position]
        shown.append(tiled(output, rows) if output.ndim == 3 else output.reshape(rows, -1))
    return [*shown, np.exp(outputs[-1])]


def tiled(maps, rows):
    """Put maps [map, height, width] side by side in rows, with gaps."""
    framed = np.pad(maps, ((0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    count, height, width = framed.shape
    return framed.reshape(rows, count // rows, height, width).transpose(0, 2, 1, 3).reshape(rows * height, -1)


def draw_axes():
    """Return the figure and one artist for each stage."""
    figure = Figure(figsize=(8, 2.9), dpi=100)
    lefts = 0.01 + np.concatenate([[0], np.cumsum(np.array(WIDTHS) + GAP)[:-1]]) / 8
    artists = []
    for (caption, position, _), left, width in zip(STAGES, lefts, WIDTHS):
        axes = figure.add_axes((left, 0.23, width / 8, 0.74))
        figure.text(left + width / 16, 0.04, caption, fontsize=9, ha='center', linespacing=1.5)
        if position == 11:
            axes.set_position((left + 0.03, 0.23, width / 8 - 0.03, 0.74))
            artists.append(axes.barh(range(10), np.zeros(10), color='#B8B8B8'))
            axes.set(xlim=(0, 1), ylim=(9.6, -0.6), xticks=(), yticks=range(10))
            axes.spines[['top', 'right', 'bottom']].set_visible(False)
        else:
            axes.set_axis_off()
            colours = {'cmap': 'Greys', 'vmin': 0} if position is None else {'cmap': 'PuOr', 'vmin': -1}
            artists.append(axes.imshow(np.zeros((2, 2)), vmax=1, **colours))
    return figure, artists


def update(artists, activations, stage):
    """Show the activations up to a given stage."""
    for number, (artist, values) in enumerate(zip(artists[:-1], activations)):
        artist.set_data(values)
        artist.set_extent((0, values.shape[1], values.shape[0], 0))
        artist.set_alpha(1.0 if number <= stage else 0.0)
    probabilities = activations[-1] if stage == len(STAGES) - 1 else np.zeros(10)
    for bar, value in zip(artists[-1], probabilities):
        bar.set_width(value)
        bar.set_color('#D55E00' if value == probabilities.max() else '#B8B8B8')


def picture(figure):
    """Return the figure as an image."""
    buffer = io.BytesIO()
    figure.savefig(buffer, facecolor='white')
    return Image.open(buffer)


if __name__ == '__main__':
    main()
