"""A canvas to write a digit on, by mouse, pen or finger.

It takes some JavaScript in the page, which the optional package `anywidget` puts there (`pip install aihwlab[accessible]`, and
the same where JupyterLab itself is installed, if that is another environment). Without it, and in Colab, which does not show
the widgets of other packages unless its user allows it, there is no canvas, but there are digits to choose from.
"""

import sys

import ipywidgets as W
import numpy as np
import traitlets
from PIL import Image

try:
    import anywidget
except ImportError:
    anywidget = None

SIDE = 140
"""Rows and columns of what is written."""

FAINT = 64
"""Ink below this does not count for the size of a digit: the rims of strokes are smoothed."""

INK = 20
"""Length of the longer side of a digit of MNIST, in pixels of 28 by 28."""

SCRIPT = """
export default { render({ model, el }) {
  const side = %d, canvas = document.createElement('canvas'), pen = canvas.getContext('2d', {willReadFrequently: true});
  canvas.width = canvas.height = side;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'Canvas: write a digit with mouse, pen or finger. The menu has digits to choose from.');
  canvas.style.cssText = 'width: 132px; height: 132px; touch-action: none; cursor: crosshair; background: #fff; '
    + 'border: 2px solid #767676; border-radius: 4px';
  el.append(canvas);
  let last = null, sent = 0, waiting = null;
  const clear = () => { pen.fillStyle = '#fff'; pen.fillRect(0, 0, side, side); };
  const place = event => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * side / box.width, (event.clientY - box.top) * side / box.height];
  };
  const send = () => {
    clearTimeout(waiting);
    waiting = null;
    sent = performance.now();
    const rgba = pen.getImageData(0, 0, side, side).data, ink = new Uint8Array(side * side);
    for (let i = 0; i < ink.length; i++) ink[i] = 255 - rgba[4 * i];
    model.set('ink', new DataView(ink.buffer));
    model.save_changes();
  };
  const stroke = event => {
    const here = place(event);
    pen.beginPath();
    pen.moveTo(...(last ?? here));
    pen.lineTo(...here);
    pen.stroke();
    last = here;
  };
  clear();
  Object.assign(pen, {lineWidth: side / 12, lineCap: 'round', lineJoin: 'round', strokeStyle: '#000'});
  canvas.addEventListener('pointerdown', event => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke(event);
  });
  canvas.addEventListener('pointermove', event => {
    if (last === null) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(each);
    waiting ??= setTimeout(send, Math.max(0, 100 - performance.now() + sent));
  });
  const lift = event => { if (last !== null) { last = null; send(); } };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  model.on('change:cleared', () => { clear(); send(); });
} };
""" % SIDE

if anywidget is not None:
    class DigitCanvas(anywidget.AnyWidget):
        """White paper to write on in black.

        Attributes:
            ink: how black each pixel is, row by row, `SIDE` by `SIDE` bytes; empty before anything was written.
            cleared: count it up for new paper.
        """

        _esm = SCRIPT
        ink = traitlets.CBytes(b'').tag(sync=True)
        cleared = traitlets.Int(0).tag(sync=True)


def digit_canvas() -> W.DOMWidget | None:
    """Return a canvas, or None where the page cannot show one."""
    return DigitCanvas() if anywidget is not None and 'google.colab' not in sys.modules else None


def like_mnist(ink: bytes) -> np.ndarray:
    """Return what was written as an image of MNIST: 20 pixels high or wide, its centre of mass in the middle.

    Args:
        ink: see `DigitCanvas`.

    Returns:
        Pixels from 0 to 1, [28, 28]; all 0 if nothing was written.

    Source: Y. LeCun et al., 1998, doi:10.1109/5.726791, for size and place.
    """
    written = np.frombuffer(ink, np.uint8)
    image = np.zeros((28, 28), np.float32)
    if written.size != SIDE ** 2 or written.max() < FAINT:
        return image
    paper = written.reshape(SIDE, SIDE)
    rows, columns = (np.flatnonzero((paper >= FAINT).any(axis=axis)) for axis in (1, 0))
    cut = paper[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    height, width = (max(1, round(INK * length / max(cut.shape))) for length in cut.shape)
    small = np.asarray(Image.fromarray(cut).resize((width, height), Image.Resampling.BOX), np.float32) / 255
    centre = [(small.sum(axis=1 - axis) @ np.arange(length)) / small.sum() for axis, length in enumerate(small.shape)]
    top, left = (int(np.clip(round(13.5 - middle), 0, 28 - length)) for middle, length in zip(centre, small.shape))
    image[top:top + height, left:left + width] = small
    return image
