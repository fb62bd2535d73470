"""The README and the pages that it leads to: their programs run, their tables hold, their links lead somewhere."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent
README, GUIDE, SPEED, DIFFERENCES = PAGES = [
    ROOT / name for name in ('README.md', '.github/CONTRIBUTING.md', 'tests/benchmarks/README.md', 'aihwlab/DIFFERENCES.md')]
NOTEBOOKS = sorted((ROOT / 'notebooks').glob('*.ipynb'))


def text_of(path):
    return path.read_text(encoding='utf-8')


def programs_of(path):
    return re.findall(r'```python\n(.*?)```', text_of(path), re.DOTALL)


def test_continuous_integration_runs_the_very_command_of_the_readme():
    command = text_of(ROOT / '.ci' / 'run').splitlines()[-1]
    assert f'```sh\n{command}\n```' in text_of(README)


def test_the_five_lines_of_the_readme_give_two_answers(capsys):
    program, _ = programs_of(README)
    assert len(program.splitlines()) == 5
    torch.manual_seed(1)
    exec(program, {})
    first, second = re.findall(r'\[.*?\]', capsys.readouterr().out, re.DOTALL)
    assert first != second


def test_the_network_of_the_readme_runs_and_learns(capsys):
    _, program = programs_of(README)
    variables = {}
    exec(program, variables)
    first = capsys.readouterr().out
    exec(program, {})
    assert first == capsys.readouterr().out
    best_constant = variables['targets'].var(dim=0, unbiased=False).mean()
    assert variables['loss'] < best_constant


def test_the_device_of_the_guide_follows_its_law(capsys):
    """A step `s (1 - w / b)^2` brings the mean device to `b (1 - 1 / (1 + n s / b))` after n pulses up."""
    program, = programs_of(GUIDE)
    variables = {'__name__': '__main__'}
    exec(program, variables)
    assert re.fullmatch(r'after 100 pulses up 0\.\d\d, after 100 down -0\.\d\d\n', capsys.readouterr().out)
    assert variables['layer'].analog_module.rpu_config.device == variables['SquareDevice']()
    without_spread = dict.fromkeys(['dw_min_dtod', 'dw_min_std', 'up_down_dtod', 'w_max_dtod', 'w_min_dtod'], 0.0)
    device = variables['SquareDevice'](dw_min=0.001, **without_spread)
    weight = variables['pulse_response'](device, 1000, 0, devices=1).weights[-1, 0]
    assert weight == pytest.approx(0.6 * (1 - 1 / (1 + 1000 * 0.001 / 0.6)), rel=0.002)


@pytest.mark.parametrize('notebook', NOTEBOOKS, ids=lambda path: path.stem)
def test_the_readme_names_every_lesson_with_its_time_and_a_badge(notebook):
    row, = re.findall(rf'^\| \[(\d) · [^|]*\]\(notebooks/{notebook.name}\) \| [^|]* \| (\d+) min \| (.*) \|$', text_of(README),
                      re.MULTILINE)
    number, minutes, badge = row
    opening = ''.join(json.loads(text_of(notebook))['cells'][0]['source'])
    assert opening.startswith(f'# {number} · ')
    assert re.search(r'\*\*Time:\*\* (\d+) minutes', opening)[1] == minutes
    owner_and_name = re.search(r"Repository = 'https://github\.com/([^']*)'", text_of(ROOT / 'pyproject.toml'))[1]
    assert f'](https://colab.research.google.com/github/{owner_and_name}/blob/colab/notebooks/{notebook.name})' in badge


def test_the_speeds_in_the_readme_are_those_of_the_benchmarks():
    table = re.search(r'^\| LeNet5, training step \|.*?\n\n', text_of(README), re.MULTILINE | re.DOTALL)[0].splitlines()[:-1]
    assert len(table) > 4
    rows = iter(text_of(SPEED).splitlines())
    assert not [row for row in table if row not in rows], 'not there, or in another order'


def test_accuracies_of_training_are_those_of_the_results():
    """All of them in the lesson and beside the benchmarks, in the readme the best two with several seeds."""
    program = [sys.executable, ROOT / 'tests' / 'benchmarks' / 'reram_accuracy.py', '--table']
    table = subprocess.run(program, check=True, capture_output=True, text=True).stdout.splitlines()
    lesson = next(path for path in NOTEBOOKS if path.stem.startswith('05'))
    cells = '\n'.join(''.join(cell['source']) for cell in json.loads(text_of(lesson))['cells'])
    assert len(table) > 3
    assert '\n'.join(table) in cells and '\n'.join(table) in text_of(SPEED)
    assert [row for row in table if row in text_of(README).splitlines()] == [*table[:2], *best(table[2:], 2)]


def best(rows, count):
    """Return the rows of several seeds with the highest accuracies at the end, in their own order."""
    last = {row: float(row.split('|')[-2].split()[0]) for row in rows if int(row.split('|')[3]) > 1}
    return [row for row in rows if row in sorted(last, key=last.get)[-count:]]


@pytest.mark.parametrize('page', PAGES, ids=lambda path: path.name)
def test_links_within_the_repository_lead_to_a_file_and_a_heading(page):
    links = re.findall(r'\]\(([^):]+)\)', text_of(page))
    for link in links:
        path, _, heading = link.partition('#')
        assert (page.parent / path).exists(), link
        headings = re.findall(r'^#+ (.*)$', text_of(page.parent / path), re.MULTILINE) if heading else []
        assert not heading or heading in [title.lower().replace(' ', '-') for title in headings], link
    assert links or page == DIFFERENCES


def test_the_moving_picture_of_the_readme_is_small_and_said_in_words():
    spec = importlib.util.spec_from_file_location('draw_explorer_animation', ROOT / 'img' / 'draw_explorer_animation.py')
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    assert f'![{program.ALT}](img/explorer.gif)' in text_of(README)
    assert (ROOT / 'img' / 'explorer.gif').stat().st_size < 1.5e6


def test_the_readme_is_short():
    assert len(text_of(README).splitlines()) <= 170
