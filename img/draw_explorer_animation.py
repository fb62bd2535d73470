"""Move the controls of an explorer and draw what it shows: `python img/draw_explorer_animation.py` writes explorer.gif.

The figure is that of the explorer. Its sliders, which a browser draws, are drawn here again, at the values that they have.
"""

import io
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from aihwlab.widgets import PCMPulseExplorer

ALT = ('An explorer in motion. A pulse passes through a phase-change memory cell: the heater glows, a dome of melt grows '
       'above it and freezes as glass, and the conductance falls. Then the slider of the trailing edge moves from 0 to 150 '
       'nanoseconds: the more slowly the power falls, the less glass is left, until all of it is crystal again.')

MOMENTS = range(0, 101, 4)
"""First the moment is moved through a pulse that ends abruptly, % of the time shown."""

EDGES = range(0, 151, 5)
"""Then the trailing edge is made longer, ns."""

SLIDERS = 'fall', 'moment'
DOTS = 160
"""Dots per inch."""

FRAME, PAUSE = 110, 1600
"""How long a picture stays, and the last of each movement, ms."""


def main():
    explorer = PCMPulseExplorer()
    frames = [picture_of(explorer, moment=moment) for moment in MOMENTS]
    durations = [*[FRAME] * (len(MOMENTS) - 1), PAUSE]
    frames += [picture_of(explorer, fall=edge) for edge in EDGES]
    durations += [*[FRAME] * (len(EDGES) - 1), 2 * PAUSE]
    palette = sheet(frames[::8]).quantize(128)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    first.save(Path(__file__).parent / 'explorer.gif', save_all=True, append_images=others, duration=durations, loop=0,
               optimize=True)


def picture_of(explorer, **values):
    """Return the explorer's sliders and figure after some controls have moved."""
    explorer.set(**values)
    return sheet([image_of(sliders_of(explorer)), image_of(explorer.figure)])


def sliders_of(explorer):
    """Return a figure of the sliders: a label, a track with a handle, and the value with its unit."""
    width, _ = explorer.figure.get_size_inches()
    figure = Figure(figsize=(width, 0.62))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(-0.5, 1.5))
    axes.set_axis_off()
    begin, end = 2.0, 5.6
    for row, name in enumerate(reversed(SLIDERS)):
        control, value = explorer.declared[name], explorer.values[name]
        place = begin + (end - begin) * (value - control.low) / (control.high - control.low)
        axes.text(begin - 0.2, row, control.label, ha='right', va='center')
        axes.plot([begin, end], [row, row], color='#C8C8C8', linewidth=4, solid_capstyle='round')
        axes.plot([begin, place], [row, row], color='#0072B2', linewidth=4, solid_capstyle='round')
        axes.plot(place, row, 'o', color='white', markeredgecolor='#0072B2', markersize=11, markeredgewidth=2)
        axes.text(end + 0.2, row, control.text(value), va='center')
    return figure


def image_of(figure):
    """Return a figure as an image."""
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DOTS, facecolor='white')
    return Image.open(buffer).convert('RGB')


def sheet(images):
    """Put images of one width below each other."""
    return Image.fromarray(np.concatenate([np.asarray(image) for image in images]))


if __name__ == '__main__':
    main()
