"""A lesson with an explorer of every kind in Notebook 7, the classic interface, and in Voila, a page without code."""

import pytest

from tests.browser.conftest import IMAGES, NOTEBOOKS, WINDOW

LESSON = '00_start_here.ipynb'


@pytest.fixture(scope='module', params=['notebook', 'voila'])
def lesson(request, browser, tmp_path_factory):
    """The lesson after all its cells were run."""
    pytest.importorskip(request.param, reason=f'the package {request.param} is not installed')
    from tests.browser.pages import DashboardPage, NotebookPage
    from tests.browser.server import NOTEBOOK, VOILA, serve
    program, kind = {'notebook': (NOTEBOOK, NotebookPage), 'voila': (VOILA, DashboardPage)}[request.param]
    with (serve(program, NOTEBOOKS, IMAGES, tmp_path_factory.mktemp(request.param)) as server,
          browser.new_context(viewport=WINDOW) as context):
        lesson = kind(context.new_page(), f'{server}{program.lesson}/{LESSON}')
        lesson.run_all()
        yield lesson


def test_pictures_of_the_text_are_shown(lesson):
    assert lesson.pictures_of_text
    assert all(width > 0 for _, width, _ in lesson.pictures_of_text)


def test_explorers_follow_their_sliders(lesson):
    assert lesson.explorers
    for explorer in lesson.explorers:
        explorer.sliders[0].latency()
    assert not lesson.errors  # not so in the console, where both programs report errors of their own parts
