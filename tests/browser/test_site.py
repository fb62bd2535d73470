"""The course as a site: its pages, a lesson that runs in the browser's own Python, nothing from elsewhere, and no network.

It takes minutes to run all lessons, so one of them stands for all;

    AIHWLAB_SITE=all python -m pytest tests/browser/test_site.py

opens every lesson and every explorer and moves every control. `AIHWLAB_PYODIDE` may name a folder with the files of Pyodide;
else they are downloaded. Where they cannot be had, the tests are skipped.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from aihwlab.lessons.record import NAME as RECORD_NAME
from aihwlab.site.__main__ import main
from aihwlab.site.serve import server
from aihwlab.site.standalone import explorers
from tests.browser.conftest import NOTEBOOKS, WINDOW
from tests.browser.test_notebooks import drive_live, pin_and_reset

ALL = os.environ.get('AIHWLAB_SITE') == 'all'
NAMES = sorted(path.stem for path in NOTEBOOKS.glob('[0-9]*.ipynb'))
LESSONS = NAMES if ALL else NAMES[:1]
EXPLORERS = sorted(explorers()) if ALL else ['PulseTrainsExplorer']

NOT_OURS = ('Matplotlib is building the font cache',)
"""What matplotlib says once, on stderr, and what is no error."""


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """The site, in a folder below the root of the server, as on a project page."""
    pytest.importorskip('jupyterlite_core', reason='the extra `site` is not installed')
    folder = tmp_path_factory.mktemp('web') / 'course'
    given = os.environ.get('AIHWLAB_PYODIDE')
    try:
        main(['build', str(folder), *(['--pyodide', given] if given else [])])
    except SystemExit as error:
        if 'files are missing' in str(error) or 'pip download' in str(error):
            pytest.skip(f'the files of Pyodide cannot be had here: {error}')
        raise
    (folder.parent / 'index.html').write_text('<a href="course/index.html">the course</a>')
    return folder


@pytest.fixture
def running(folder):
    """A server of its own for each test, which the test may stop."""
    with server(folder.parent, 0) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def page(browser, running):
    """A page of a browser that has never been here, and whose requests are noted."""
    with browser.new_context(viewport=WINDOW) as context:
        page = context.new_page()
        page.set_default_timeout(180_000)  # a kernel takes a while on a busy machine
        page.requested, page.refused = [], []
        context.on('request', lambda request: page.requested.append(request.url))
        context.on('response', lambda answer: page.refused.append(answer.url) if answer.status >= 400 else None)
        page.home = f'http://127.0.0.1:{running.server_address[1]}/course'
        yield page


def test_the_pages_lead_everywhere_and_fit_on_a_phone(page, folder):
    page.set_viewport_size({'width': 390, 'height': 800})
    for name in ['index', *(f'lessons/{name}' for name in NAMES), *(f'explorers/{name}' for name in explorers())]:
        page.goto(f'{page.home}/{name}.html')
        for address in page.eval_on_selector_all('a[href]', 'links => links.map(each => each.href)'):
            if address.startswith(page.home):
                place = urlsplit(address)
                assert (folder / place.path.removeprefix('/course/')).is_file(), address
                assert not place.fragment or page.locator(f'[id="{place.fragment}"]').count(), address
        assert page.eval_on_selector_all('img', """pictures => pictures.every(
            each => each.loading === 'lazy' || each.complete && each.naturalWidth)""")
        assert all(page.eval_on_selector_all('img', 'pictures => pictures.map(each => each.alt.trim())')), name
        width, room = page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
        assert width <= room, name
    assert not page.refused


@pytest.mark.slow
def test_all_cells_run_without_a_browser_and_print_what_was_saved(folder):
    node = shutil.which('node')
    if node is None:
        pytest.skip('no Node: node is not on the path')
    here = Path(__file__).parent
    notebooks = [folder / 'files' / 'notebooks' / f'{name}.ipynb' for name in (NAMES if ALL else NAMES[1:2])]
    finished = subprocess.run([node, here / 'run_cells.mjs', folder, here / 'run_cells.py', *notebooks], text=True,
                              capture_output=True)
    results = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith('{"notebook"')]
    assert len(results) == len(notebooks), finished.stderr[-2000:]
    assert all(result['cells'] > 10 and not result['errors'] for result in results), results


@pytest.mark.slow
@pytest.mark.parametrize('lesson', LESSONS)
def test_a_lesson_runs_and_asks_nobody_else(page, running, lesson, record_property):
    notebook = opened(page, lesson)
    notebook.run_all()
    notebook.predict()
    for number, explorer in enumerate(notebook.explorers if ALL else notebook.explorers[:1], 1):
        name = f'site {lesson}-{number}'
        explorer.panel.scroll_into_view_if_needed()
        if not ALL:
            times = [explorer.sliders[0].latency() for _ in range(5)]
            record_property('latency', (name, 1, len(explorer.sliders), times))
        elif not explorer.trains:
            explorer.unfold()
            drive_live(explorer, name, record_property)
            pin_and_reset(explorer)
    assert RECORD_NAME in page.evaluate(NAMES_OF_FILES), 'answers should be kept in a file that can be saved'
    assert not [error for error in notebook.errors if not error.strip().startswith(NOT_OURS)]
    hosts = {urlsplit(address).netloc for address in page.requested} - {''}  # data, blobs and the like have none
    assert hosts == {f'127.0.0.1:{running.server_address[1]}'}


NAMES_OF_FILES = """async () => {
  const {content} = await jupyterapp.serviceManager.contents.get('notebooks', {content: true});
  return content.map(each => each.name);
}"""
"""Return the names of the files beside the notebooks."""


def opened(page, lesson):
    """Open a lesson by the button on the first page, which says how much is loaded; return it when its kernel answers."""
    from tests.browser.pages import NotebookPage
    page.goto(f'{page.home}/index.html')
    page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    page.locator(f'a.run[href$="{lesson}.ipynb"]').click()
    page.locator('.loading', has_text=re.compile(r'Loading Python: \d+ of \d+ MB')).wait_for()
    page.wait_for_url(re.compile(r'/notebooks/index\.html\?path='), wait_until='commit')
    return NotebookPage(page, page.url)


@pytest.mark.slow
@pytest.mark.parametrize('name', EXPLORERS)
def test_an_explorer_on_its_own_follows_its_controls_and_its_address_holds_them(page, name):
    page.goto(f'{page.home}/explorers/{name}.html')
    still = page.locator('img.picture').get_attribute('src')
    page.get_by_role('button', name='make it live').click()
    slider = page.locator('input[type=range]:enabled').first
    slider.wait_for()
    slider.focus()
    page.keyboard.press('ArrowRight' if slider.evaluate('each => each.value < (+each.min + +each.max) / 2') else 'ArrowLeft')
    page.wait_for_function('location.hash.length > 1')
    page.wait_for_function('still => document.querySelector("img.picture").src !== still', arg=still)
    moved, value = page.url, slider.input_value()
    sentence = page.locator('.sentence').inner_text()
    page.get_by_role('button', name='reset').click()
    page.wait_for_function('!location.hash')
    page.goto('about:blank')
    page.goto(moved)  # a link to a state starts by itself
    page.get_by_role('button', name='copy a link').wait_for()
    assert page.locator(f'input[name="{slider_name(moved)}"]').input_value() == value
    assert page.locator('.sentence').inner_text() == sentence and not page.refused


def slider_name(address):
    """Return the name of the control that an address speaks of."""
    return address.split('#')[1].split('=')[0]


@pytest.mark.slow
def test_a_course_that_was_kept_opens_without_a_network(page, running):
    page.goto(f'{page.home}/index.html')
    page.get_by_role('button', name='keep the course').click()
    page.get_by_role('button', name='kept on this computer').wait_for(timeout=120_000)
    running.shutdown()
    running.server_close()
    page.goto(f'{page.home}/lessons/{NAMES[2]}.html')
    assert page.locator('h1').inner_text()
    notebook = opened(page, NAMES[0])
    first = notebook.page.evaluate(RUN_FIRST)
    assert first == 'ok' and not notebook.errors


RUN_FIRST = """async () => {
  const {sessionContext} = jupyterapp.shell.currentWidget;
  const answer = sessionContext.session.kernel.requestExecute({code: 'import aihwlab'});
  return (await answer.done).content.status;
}"""
"""Import the package in the kernel of the notebook, and return how that went."""


def test_what_is_written_is_kept_until_it_is_reset(page):
    path = f'notebooks/{NAMES[0]}.ipynb'
    files(page)
    page.evaluate(WRITE, path)
    assert page.evaluate(READ, path) == 'mine alone'
    files(page)
    assert page.evaluate(READ, path) == 'mine alone'
    page.goto(f'{page.home}/lessons/{NAMES[0]}.html')
    page.on('dialog', lambda dialog: dialog.accept())
    page.get_by_role('button', name='start over').click()
    page.get_by_role('button', name='as it was').wait_for()
    files(page)
    assert page.evaluate(READ, path).startswith('# 0')


def files(page):
    """Open the list of files."""
    page.goto(f'{page.home}/tree/index.html')
    page.wait_for_function('window.jupyterapp')
    page.evaluate('jupyterapp.started')


READ = """async path => {
  const {cells} = (await jupyterapp.serviceManager.contents.get(path, {content: true})).content;
  return [cells[0].source].flat().join('');
}"""
"""Return the first cell of a notebook."""

WRITE = """async path => {
  const {contents} = jupyterapp.serviceManager, file = await contents.get(path, {content: true});
  file.content.cells[0].source = 'mine alone';
  await contents.save(path, file);
}"""
"""Change the first cell of a notebook, and save it as the notebook page does."""
