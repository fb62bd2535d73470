"""What a reader sees and does in a browser: a lesson with explorers in it, and the parts of an explorer."""

import re
import time

from playwright.sync_api import TimeoutError as NothingHappened

from aihwlab.lessons.prediction import PANEL_CLASS as PREDICTION_CLASS
from aihwlab.widgets.accessibility import PANEL_CLASS

RUN_ALL = 600
"""Seconds that all cells of a notebook may take."""

ANSWER = 30
"""Seconds that an explorer may take to answer; much longer than it should, since no time is asserted."""

SETTLE = 300
"""Milliseconds that a page may take to draw what was scrolled into sight."""

HARMLESS = '^(No such comm|aihwlab: compiling)'
"""Messages that are no errors: JupyterLab asks for widgets before the first cell has imported them; and who waits for a
compiler is told so.
"""

LISTEN = """async () => {
  window.kernelErrors = [];
  const {context, sessionContext} = jupyterapp.shell.currentWidget;
  await context.ready;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
  sessionContext.session.kernel.iopubMessage.connect((_, {header, content}) => {
    if (header.msg_type === 'error') kernelErrors.push(`${content.ename}: ${content.evalue}`);
    if (header.msg_type === 'stream' && content.name === 'stderr' && !/%s/.test(content.text))
      kernelErrors.push(content.text);
  });
  return true;
}""" % HARMLESS
"""Wait until the kernel answers ("Run All" before does nothing), then keep the errors of cells and of callbacks."""

STOPWATCH = """() => {
  window.stopwatch = {pressed: 0, shown: 0, computing: false};
  addEventListener('keydown', () => {
    Object.assign(stopwatch, {pressed: performance.now(), shown: 0, computing: false});
  }, true);
  new MutationObserver(changes => {
    stopwatch.computing ||= changes.some(({addedNodes}) => addedNodes[0]?.textContent?.startsWith('Computing'));
  }).observe(document.body, {childList: true, subtree: true});
  document.addEventListener('load', ({target}) => {
    if (target.matches?.('.%s img')) requestAnimationFrame(() => { stopwatch.shown ||= performance.now(); });
  }, true);
}""" % PANEL_CLASS
"""Note when a key goes down, the first frame after the next picture has arrived, and whether "Computing" is said."""

RUN = """() => {
  window.finished = false;
  jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.finished = true; });
}"""

COMPLETE = """() => {
  const widgets = document.querySelectorAll('[data-mime-type="application/vnd.jupyter.widget-view+json"]');
  const pictures = document.querySelectorAll('.%s img');
  return [...widgets].every(each => each.querySelector('.jupyter-widgets'))
      && [...pictures].every(each => each.complete && each.naturalWidth);
}""" % PANEL_CLASS

PICTURE = """async image => {
  const bytes = await (await fetch(image.src)).arrayBuffer();
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
}"""

LOW_CONTRAST = """() => {
  const numbers = colour => {
    const found = colour.match(/-?[\\d.]+(e-?\\d+)?/g).map(Number), scale = colour.startsWith('color(') ? 255 : 1;
    return [...found.slice(0, 3).map(each => scale * each), found[3] ?? 1];
  };
  const over = (top, below) => top.slice(0, 3).map((each, i) => top[3] * each + (1 - top[3]) * below[i]);
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(numbers(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = colour => {
    const [r, g, b] = colour.map(each => each / 255).map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const area of document.querySelectorAll('.jp-OutputArea-output')) {
    const texts = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement, words = texts.currentNode.textContent.trim();
      if (!words || !element.getClientRects().length || element.closest('style, script, :disabled, [disabled]')) continue;
      if (element.closest('.jupyter-widgets')?.querySelector(':disabled, [disabled]')) continue;
      const ground = behind(element), colour = over(numbers(getComputedStyle(element).color), ground);
      const [dark, bright] = [light(colour), light(ground)].sort((a, b) => a - b);
      const ratio = (bright + 0.05) / (dark + 0.05);
      if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${words.slice(0, 60)}`);
    }
  }
  return [...new Set(found)];
}"""
"""Return the texts of outputs whose contrast with what is behind them is below 4.5, but for controls that do not apply."""

FIT = """panel => {
  const box = element => element.getBoundingClientRect(), inside = panel.querySelectorAll.bind(panel);
  const parts = [...inside('.aihwlab-control, .widget-button, .aihwlab-shown img, .aihwlab-sentence')]
    .filter(each => each.getClientRects().length);
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const overlaps = parts.flatMap((one, i) => parts.slice(i + 1).filter(other => !apart(box(one), box(other)))
    .map(other => `${one.innerText} and ${other.innerText}`));
  const outside = parts.filter(each => box(each).right > box(panel).right + 1).map(each => each.innerText);
  const tracks = [...inside('.slider-container')].filter(each => each.getClientRects().length).map(each => box(each).width);
  return {overlaps, outside, tracks, height: box(panel).height,
          room: panel.closest('.jp-WindowedPanel-outer, .jp-Notebook, body').clientHeight};
}"""
"""Return how an explorer lies on the page: what overlaps, what sticks out, the lengths of its tracks, its height, and that of
the page."""

FILM = """picture => {
  window.film = [];
  picture.addEventListener('load', () => window.film.push(performance.now()));
}"""
"""Note when each picture of an explorer is shown."""

ROOM = """handle => {
  const base = handle.closest('.noUi-base').getBoundingClientRect(), at = handle.getBoundingClientRect();
  return (at.left + at.width / 2 - base.left) / base.width;
}"""


class LessonPage:
    """A lesson, opened in any of the programs that show notebooks.

    Attributes:
        console: errors that the browser reported.
    """

    def __init__(self, page, address):
        self.page, self.console = page, []
        page.on('console', lambda message: message.type == 'error' and self.console.append(message.text))
        page.on('pageerror', lambda error: self.console.append(str(error)))
        page.goto(address, timeout=1000 * RUN_ALL)
        page.evaluate(STOPWATCH)

    @property
    def pictures_of_text(self):
        """The address, the width in pixels and the alternative text of each picture in the text."""
        return self.page.locator('.jp-RenderedMarkdown img').evaluate_all(
            'all => all.map(each => [each.getAttribute("src"), each.naturalWidth, each.alt])')

    @property
    def predictions(self):
        """All questions that come before a picture."""
        return self.page.locator(f'.{PREDICTION_CLASS}').all()

    def predict(self):
        """Answer all questions that come before a picture: the first answer, the number that stands there."""
        for prediction in self.predictions:
            button = prediction.locator('button', has_text='That is my prediction')
            if button.is_enabled():
                if prediction.locator('input[type=radio]').count():
                    prediction.locator('input[type=radio]').first.check()
                button.click()
                prediction.locator('summary').first.wait_for(timeout=1000 * ANSWER)
        self.page.wait_for_function(COMPLETE)

    @property
    def predicted_explorers(self):
        """The explorers that come after a question."""
        return [ExplorerPage(each) for each in self.page.locator(f'.{PREDICTION_CLASS} .{PANEL_CLASS}').all()]

    def resize(self, width, height):
        """Give the page another size, and wait until everything has found its place."""
        self.page.set_viewport_size({'width': width, 'height': height})
        self.page.wait_for_timeout(SETTLE)

    @property
    def explorers(self):
        """All explorers, from top to bottom."""
        return [ExplorerPage(each) for each in self.page.locator(f'.{PANEL_CLASS}').all()]


class NotebookPage(LessonPage):
    """A lesson in JupyterLab or Notebook, where a reader runs the cells."""

    def __init__(self, page, address):
        super().__init__(page, address)
        page.wait_for_selector('.jp-Notebook .jp-Cell')
        page.wait_for_function(LISTEN)

    def run_all(self):
        """Run all cells, and wait until everything is in sight."""
        self.page.evaluate(RUN)
        self.page.wait_for_function('window.finished', timeout=1000 * RUN_ALL)
        self.page.wait_for_function(COMPLETE)

    def restart(self):
        """Restart the kernel, and forget all that it has shown."""
        self.page.evaluate("""async () => {
          const {content, sessionContext} = jupyterapp.shell.currentWidget;
          await jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
          await sessionContext.session.kernel.restart();
          await sessionContext.session.kernel.info;
        }""")

    def choose_theme(self, name):
        """Show everything in a theme of JupyterLab."""
        self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        self.page.wait_for_function("dark => (document.body.dataset.jpThemeLight === 'false') === dark", arg='Dark' in name)
        self.page.wait_for_timeout(SETTLE)

    def low_contrast(self):
        """Return the texts of outputs that cannot be read well."""
        return self.page.evaluate(LOW_CONTRAST)

    @property
    def errors(self):
        """What went wrong in cells and in callbacks of widgets."""
        shown = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()
        return self.page.evaluate('kernelErrors') + shown


class DashboardPage(LessonPage):
    """A lesson in Voila, which runs all cells when it is opened, and hides the code."""

    def run_all(self):
        """Wait until all cells are run and everything is in sight."""
        self.page.locator(f'.{PANEL_CLASS}').first.wait_for(timeout=1000 * RUN_ALL)
        self.page.wait_for_function(COMPLETE)

    @property
    def errors(self):
        """What went wrong in cells, which Voila shows like any other message of a program."""
        shown = self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_text_contents()
        return [text for text in map(str.strip, shown) if not re.match(HARMLESS, text)]


class ExplorerPage:
    """One explorer in a notebook."""

    def __init__(self, panel):
        self.panel, self.page = panel, panel.page

    def unfold(self):
        """Bring all controls in sight."""
        folds = self.panel.locator('.jupyter-widget-Collapse:not(.jupyter-widget-Collapse-open)')
        while folds.count():
            folds.first.locator('.jupyter-widget-Collapse-header').click()
            self.page.wait_for_timeout(200)
        for slider in self.sliders:
            slider.handle.wait_for(timeout=1000 * ANSWER)

    def fit(self):
        """Return how the explorer lies on the page, see `FIT`."""
        return self.panel.evaluate(FIT)

    @property
    def plays(self):
        """Whether it has a button that plays a film."""
        return self.button('Play').count() > 0

    def frames(self, seconds):
        """Play for a while, or to the end; return how many pictures came in each second."""
        self.panel.locator('img.widget-image').evaluate(FILM)
        self.button('Play').click()
        self.page.wait_for_timeout(1000 * seconds)
        shown = self.page.evaluate('window.film')
        # A film may end at any moment, and its button go: look for it and click it in one.
        self.button('Pause').evaluate_all('found => found.forEach(button => button.click())')
        return 1000 * (len(shown) - 1) / (shown[-1] - shown[0])

    @property
    def picture(self):
        """A fingerprint of the picture."""
        return self.panel.locator('img.widget-image').evaluate(PICTURE)

    @property
    def pixels(self):
        """Pixels of the picture for one of the page, in one direction."""
        return self.panel.locator('img.widget-image').evaluate('image => image.naturalWidth / image.clientWidth')

    @property
    def alternative_text(self):
        """What a screen reader says of the picture."""
        return self.panel.locator('img.widget-image').get_attribute('alt')

    @property
    def sentence(self):
        """The sentence under the picture."""
        return self.panel.get_by_role('status').inner_text()

    @property
    def state(self):
        """Picture and sentence."""
        return self.picture, self.sentence

    @property
    def sliders(self):
        """All sliders."""
        return [Slider(self, each) for each in self.panel.locator('.widget-slider').all()]

    @property
    def menus(self):
        """All menus."""
        return self.panel.locator('.aihwlab-control select').all()

    @property
    def trains(self):
        """Whether the controls take effect at Start, not at once."""
        return self.button('Start').count() > 0

    @property
    def progress(self):
        """How far the bar of progress has come."""
        return self.panel.locator('.progress-bar').get_attribute('style')

    def button(self, name):
        """Return the button with a name, which stands beside an icon."""
        return self.panel.locator('button', has_text=re.compile(rf'^\s*{name}\s*$'))

    def wait(self, true, what):
        """Wait until something is true of the explorer."""
        deadline = time.monotonic() + ANSWER
        while not true():
            assert time.monotonic() < deadline, f'{what} within {ANSWER} s; the sentence reads: {self.sentence}'
            self.page.wait_for_timeout(20)


class Slider:
    """One slider of an explorer, moved by keys."""

    def __init__(self, explorer, widget):
        self.explorer, self.widget, self.page = explorer, widget, explorer.page
        self.handle = widget.locator('.noUi-handle')
        self.label = widget.locator('.widget-label').inner_text()
        self.key = 'ArrowRight' if self.handle.evaluate(ROOM) < 0.5 else 'ArrowLeft'

    @property
    def name(self):
        """What a screen reader says of it."""
        return self.handle.get_attribute('aria-label')

    @property
    def enabled(self):
        """Whether it applies at present."""
        return self.widget.locator('.noUi-target[disabled]').count() == 0

    @property
    def readout(self):
        """The value that is shown."""
        return self.widget.locator('.widget-readout').inner_text()

    def focus(self):
        """Bring the slider in sight and make it listen to keys, and wait until the page has settled."""
        if not self.handle.evaluate('handle => handle === document.activeElement'):
            self.handle.focus()
            self.page.wait_for_timeout(SETTLE)

    def enter(self, text):
        """Write a value into the number field."""
        field = self.widget.locator('.widget-readout')
        field.click()
        field.fill(text)
        field.press('Enter')

    def press(self):
        """Move by one step, back again from either end."""
        room = self.handle.evaluate(ROOM)
        if not 0.03 < room < 0.97:
            self.key = 'ArrowLeft' if room > 0.5 else 'ArrowRight'
        self.handle.press(self.key)

    def latency(self):
        """Move by one step; return the time from key press to new picture, ms, and whether the explorer said "Computing".

        A reader presses keys at a slider in sight, so that neither scrolling nor what it uncovers counts.
        """
        self.focus()
        before, readout = self.explorer.picture, self.readout
        self.press()
        try:
            self.page.wait_for_function('stopwatch.shown', timeout=1000 * ANSWER)
            while self.explorer.picture == before:  # a late picture of the move before
                self.page.evaluate('stopwatch.shown = 0')
                self.page.wait_for_function('stopwatch.shown', timeout=1000 * ANSWER)
        except NothingHappened:
            raise AssertionError(f'{self.label} moved by {self.key} from {readout} to {self.readout}, and no new picture '
                                 f'came; the sentence reads: {self.explorer.sentence}') from None
        assert self.readout != readout, f'{self.label} stayed at {readout}'
        return self.page.evaluate('[stopwatch.shown - stopwatch.pressed, stopwatch.computing]')
