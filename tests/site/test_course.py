"""What the site says of each lesson, and how its pages read before any Python runs."""

import re
from pathlib import Path

import pytest

from aihwlab.site.course import read_course
from aihwlab.site.lesson_pages import lesson_page

NOTEBOOKS = Path(__file__).parents[2] / 'notebooks'
LESSONS = read_course(NOTEBOOKS)


@pytest.fixture(scope='module', params=LESSONS, ids=lambda lesson: lesson.name)
def lesson(request):
    """Each lesson, with its page."""
    return request.param, lesson_page(request.param)


def test_goals_and_a_picture_with_its_description_come_from_the_notebook(lesson):
    about, _ = lesson
    assert len(about.goals) >= 3 and all(re.search('<em>', goal) for goal in about.goals)
    assert about.picture.png.startswith(b'\x89PNG') and about.picture.alternative
    assert about.whole == (about.name < '04')


def test_pictures_are_in_the_page_and_described(lesson):
    images = re.findall(r'<img\b[^>]*>', lesson[1])
    assert len(images) > 3
    assert all(re.search(r'\bsrc="data:image/', image) and re.search(r'\balt="[^"]', image) for image in images)


def test_solutions_are_folded_and_no_script_is_needed(lesson):
    assert '<details>' in lesson[1]
    script, = re.findall(r'<script\b[^>]*>', lesson[1])
    assert 'src="../site.js"' in script


def test_links_lead_to_pages_of_the_site_or_to_the_repository(lesson):
    links = re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', lesson[1])
    pages = {f'{other.name}.html' for other in LESSONS}
    near = {link for link in links if not re.match('https?:|#', link)}
    assert near <= pages | {'../index.html', f'../notebooks/index.html?path=notebooks/{lesson[0].name}.ipynb'}
    assert f'../notebooks/index.html?path=notebooks/{lesson[0].name}.ipynb' in near


def test_what_installs_elsewhere_is_not_shown(lesson):
    assert 'google.colab' not in lesson[1]
    assert ('PyTorch, which browsers do not have' in lesson[1]) != lesson[0].whole
