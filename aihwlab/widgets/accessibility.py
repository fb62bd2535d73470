"""Names for screen readers that ipywidgets leaves out: those of slider handles and of pictures.

They need a few lines of JavaScript in the page, which the optional package `anywidget` puts there (`pip install
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
    }
    for (const picture of panel.querySelectorAll('img.widget-image')) picture.alt = model.get('alt');
  };
  setTimeout(name, 100);
  model.on('change:alt', name);
} };
""" % PANEL_CLASS

if anywidget is not None:
    class Names(anywidget.AnyWidget):
        """An invisible part of a panel that names its sliders and describes its picture."""

        _esm = SCRIPT
        alt = traitlets.Unicode('').tag(sync=True)


def names() -> list[DOMWidget]:
    """Return the widgets that name the parts of a panel: one, or none where they cannot be shown.

    Colab does not show the widgets of other packages unless its user allows it.
    """
    return [Names()] if anywidget is not None and 'google.colab' not in sys.modules else []
