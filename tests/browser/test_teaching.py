"""What teachers get, in a browser: pages open without a network, a worksheet is one page, and slides do not overflow."""

import re

import pytest

from aihwlab.teaching.__main__ import main
from tests.browser.conftest import NOTEBOOKS

SLIDE = {'width': 1280, 'height': 720}
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob('[0-9]*.ipynb'))


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """The folder that the command has written."""
    folder = tmp_path_factory.mktemp('teaching')
    main([str(folder), '--notebooks', str(NOTEBOOKS)])
    return folder


@pytest.fixture
def page(browser):
    """A page of a browser that has no network."""
    with browser.new_context(viewport=SLIDE, offline=True) as context:
        yield context.new_page()


@pytest.mark.parametrize('lesson', LESSONS)
def test_a_worksheet_is_one_page_of_either_paper(page, folder, lesson):
    page.goto((folder / 'worksheets' / f'{lesson}.html').as_uri())
    for paper in ('A4', 'Letter'):
        assert len(re.findall(rb'/Type\s*/Page\b', page.pdf(format=paper))) == 1
    sheet = page.locator('#sheet')
    assert sheet.evaluate('sheet => sheet.scrollHeight <= sheet.clientHeight')
    assert sheet.evaluate('sheet => parseFloat(getComputedStyle(sheet).fontSize)') >= 10, 'letters of less than 7.5 points'


@pytest.mark.parametrize('lesson', LESSONS)
def test_slides_fit_and_can_be_read_without_a_network(page, folder, lesson):
    page.goto((folder / 'slides' / f'{lesson}.html').as_uri())
    sizes = page.eval_on_selector_all('.slides > section > section', """sections => sections.map(
        section => [section.querySelector('h2').textContent, section.scrollWidth, section.scrollHeight])""")
    assert sizes
    assert not [size for size in sizes if size[1] > SLIDE['width'] or size[2] > SLIDE['height']]


@pytest.mark.parametrize('lesson', LESSONS)
def test_the_teachers_edition_opens_and_shows_its_pictures(page, folder, lesson):
    errors = []
    page.on('console', lambda message: errors.append(message.text) if message.type == 'error' else None)
    page.on('pageerror', lambda error: errors.append(str(error)))
    page.goto((folder / 'teacher' / f'{lesson}.html').as_uri())
    assert page.eval_on_selector_all('img', 'pictures => pictures.every(each => each.complete && each.naturalWidth)')
    width, room = page.evaluate('[document.body.scrollWidth, document.documentElement.clientWidth]')
    assert width <= room and not errors


def test_the_first_page_leads_everywhere(page, folder):
    page.goto((folder / 'index.html').as_uri())
    for link in page.locator('td a').all():
        assert (folder / link.get_attribute('href')).is_file()
    page.get_by_role('link', name='slides').first.click()
    assert 'slides' in page.url and page.locator('h2').first.is_visible()
