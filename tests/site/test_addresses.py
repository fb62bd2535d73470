"""Addresses of the site are those of the project."""

import re
from pathlib import Path

from aihwlab.site.addresses import COLAB, HOME

ROOT = Path(__file__).parents[2]


def test_the_site_names_the_repository_of_the_project():
    project = (ROOT / 'pyproject.toml').read_text(encoding='utf-8')
    assert f"Repository = '{HOME}'" in project


def test_badges_of_the_readme_open_lessons_where_the_site_does():
    badges = re.findall(r'\((https://colab[^)]*)/[^/)]*\.ipynb\)', (ROOT / 'README.md').read_text(encoding='utf-8'))
    assert set(badges) == {COLAB}
