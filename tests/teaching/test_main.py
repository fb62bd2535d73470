"""The command of teachers: what it writes, that the links in it lead somewhere, and that nothing comes from the internet."""

import re

import pytest

from aihwlab.teaching.__main__ import main
from tests.teaching.conftest import NAMES


def test_each_lesson_has_all_four(folder):
    for name in NAMES:
        for path in (f'teacher/{name}.html', f'slides/{name}.html', f'worksheets/{name}.html',
                     f'nbgrader/source/{name}/{name}.ipynb'):
            assert (folder / path).is_file()


def test_all_links_of_the_first_page_resolve(folder):
    places = re.findall(r'href="([^":]*)"', (folder / 'index.html').read_text(encoding='utf-8'))
    assert len(places) == 4 * len(NAMES) and all((folder / place).is_file() for place in places)


@pytest.mark.parametrize('kind', ['teacher', 'slides', 'worksheets'])
@pytest.mark.parametrize('name', NAMES)
def test_pictures_are_in_the_pages(folder, kind, name):
    page = (folder / kind / f'{name}.html').read_text(encoding='utf-8')
    sources = re.findall(r'<img\b[^>]*?\bsrc="([^"]{0,30})', page)
    assert all(source.startswith('data:image/') for source in sources) and (sources or kind == 'worksheets')
    scripts = re.findall(r'<(?:script|link)\b[^>]*?(?:src|href)="([^"]*)"', page)
    assert all('reveal.js' in script for script in scripts) and bool(scripts) == (kind == 'slides')
    assert all('reveal.js' in module for module in re.findall(r'https?://[^"\'\s]*\.m?js', page))  # imported by scripts


@pytest.mark.parametrize('name', NAMES)
def test_all_pictures_are_described(folder, name):
    for kind in ('teacher', 'slides'):
        pictures = re.findall(r'<img\b[^>]*>', (folder / kind / f'{name}.html').read_text(encoding='utf-8'))
        assert pictures and all(re.search(r'\balt="[^"]', picture) for picture in pictures)


def test_a_folder_without_lessons_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / 'new'), '--notebooks', str(tmp_path)])
    assert str(tmp_path) in capsys.readouterr().err and not (tmp_path / 'new').exists()


def test_a_copy_of_reveal_may_be_named_and_a_changed_configuration_stays(tmp_path):
    (tmp_path / 'nbgrader').mkdir()
    (tmp_path / 'nbgrader' / 'nbgrader_config.py').write_text('c = get_config()  # mine\n')
    main([str(tmp_path), '--reveal', '../reveal'])
    assert '"../reveal/dist/reveal.js"' in (tmp_path / 'slides' / f'{NAMES[0]}.html').read_text(encoding='utf-8')
    assert 'mine' in (tmp_path / 'nbgrader' / 'nbgrader_config.py').read_text()
