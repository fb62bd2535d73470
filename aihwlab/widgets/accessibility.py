"""What the page knows and ipywidgets does not hand on: names for screen readers, of slider handles, of their number fields
and of pictures; and how fine the screen is.

It takes a few lines of JavaScript in the page, which the optional package `anywidget` puts there (`pip install
aihwlab[accessible]`, and the same where JupyterLab itself is installed, if that is another environment). Without it
everything works, and the sentence under the picture, which screen readers announce, still says what the picture shows.
"""

import sys

import traitlets
from ipywidgets import DOMWidget

try:
    import anywidget
except ImportError:
    anywidget = None

PANEL_CLASS = 'aihwlab-panel'

SCRIPT = """
export default { render({ model, el }) {
  el.style.display = 'none';
  const name = () => {
    const panel = el.closest('.%s');
    if (!panel) return;
    for (const slider of panel.querySelectorAll('.widget-slider')) {
      const label = slider.querySelector('.widget-label');
      for (const handle of slider.querySelectorAll('.noUi-handle')) {
        handle.setAttribute('aria-label', label ? label.textContent : '');
        handle.setAttribute('data-lm-suppress-shortcuts', 'true');
      }
      const number = slider.querySelector('.widget-readout');
      if (number) number.setAttribute('aria-label', label ? `${label.textContent}, number` : 'number');
    }
    for (const picture of panel.querySelectorAll('img.widget-image')) picture.alt = model.get('alt');
  };
  setTimeout(name, 100);
  model.set('pixels', window.devicePixelRatio);
  model.save_changes();
  model.on('change:alt', name);
} };
""" % PANEL_CLASS

if anywidget is not None:
    class Names(anywidget.AnyWidget):
        """An invisible part of a panel that names its sliders and describes its picture.

        Attributes:
            alt: what the picture shows.
            pixels: number of pixels of the screen, in each direction, for one of the page.
        """

        _esm = SCRIPT
        alt = traitlets.Unicode('').tag(sync=True)
        pixels = traitlets.Float(1.0).tag(sync=True)


def names() -> list[DOMWidget]:
    """Return the widgets that name the parts of a panel: one, or none where they cannot be shown.

    Colab does not show the widgets of other packages unless its user allows it.
    """
    return [Names()] if anywidget is not None and 'google.colab' not in sys.modules else []
