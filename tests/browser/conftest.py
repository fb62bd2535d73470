"""A browser and JupyterLab for all tests of this folder, and a table of how fast the explorers answered.

Without a browser the tests are skipped. Environment variables:

AIHWLAB_BROWSER      the program to run, if it is none of `BROWSERS` on the path
AIHWLAB_SCREENSHOTS  a folder for the pictures of all explorers, instead of a temporary one
AIHWLAB_NOTEBOOKS    a folder with other notebooks
AIHWLAB_KEYS         by how many steps each slider is moved: more than three give better percentiles of the latency

`python -m pytest -n 0 tests/browser -k 04` drives one notebook.
"""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
IMAGES = ROOT / 'img'
NOTEBOOKS = Path(os.environ.get('AIHWLAB_NOTEBOOKS', ROOT / 'notebooks'))
BROWSERS = 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge', 'microsoft-edge'
WINDOW = {'width': 1400, 'height': 1000}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark all tests of this folder."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker('browser')


@pytest.fixture(scope='package')
def browser():
    """The browser; its driver keeps an event loop running, which the tests of other folders must not find."""
    playwright = pytest.importorskip('playwright.sync_api', reason='the package playwright is not installed')
    program = os.environ.get('AIHWLAB_BROWSER') or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f'no browser: none of {", ".join(BROWSERS)} is on the path, and AIHWLAB_BROWSER is not set')
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=['--disable-background-networking'])
        yield browser
        browser.close()


@pytest.fixture(scope='package')
def server(browser, tmp_path_factory):
    from tests.browser.server import JUPYTERLAB, serve
    with serve(JUPYTERLAB, NOTEBOOKS, IMAGES, tmp_path_factory.mktemp('jupyterlab')) as address:
        yield address


@pytest.fixture(scope='module', params=sorted(path.name for path in NOTEBOOKS.glob('*.ipynb')))
def notebook(request, browser, server):
    """A notebook after all its cells were run, each one once for all tests."""
    from tests.browser.pages import NotebookPage
    from tests.browser.server import JUPYTERLAB
    with browser.new_context(viewport=WINDOW) as context:
        notebook = NotebookPage(context.new_page(), f'{server}{JUPYTERLAB.lesson}/{request.param}')
        notebook.name = Path(request.param).stem
        notebook.run_all()
        notebook.open_at_first = len(notebook.explorers)
        notebook.predict()
        yield notebook


@pytest.fixture(scope='session')
def screenshots(tmp_path_factory):
    """The folder for pictures of the explorers."""
    named = os.environ.get('AIHWLAB_SCREENSHOTS')
    folder = Path(named) if named else tmp_path_factory.mktemp('screenshots')
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pytest_terminal_summary(terminalreporter):
    """Print what tests have recorded as properties of theirs: latencies of explorers, and the rates of films."""
    found = {name: [value for reports in terminalreporter.stats.values() for report in reports
                    for key, value in getattr(report, 'user_properties', ()) if key == name and report.when == 'call']
             for name in ('latency', 'film')}
    if rows := sorted(found['latency']):
        terminalreporter.section('from key press to new picture, where explorers follow; and where they said "Computing"')
        terminalreporter.line(f'{"explorer":44}{"sliders":>9}{"keys":>6}{"p50 (ms)":>10}{"p95 (ms)":>10}{"computing":>11}'
                              f'{"p50 (ms)":>10}')
        worst = []
        for name, moved, sliders, times in rows:
            live, computed = ([time for time, computing in times if computing is kind] for kind in (False, True))
            p50, p95 = np.percentile(live, [50, 95])
            worst.append((p95, name))
            slow = f'{len(computed):11}{np.median(computed):10.0f}' if computed else ''
            terminalreporter.line(f'{name:44}{f"{moved} of {sliders}":>9}{len(live):6}{p50:10.0f}{p95:10.0f}{slow}')
        terminalreporter.line('worst p95: {:.0f} ms, {}'.format(*max(worst)))
    for name, rate in sorted(found['film']):
        terminalreporter.line(f'film of {name}: {rate:.0f} pictures in a second')
