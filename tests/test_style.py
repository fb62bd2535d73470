"""Rules of style and types, which `pyproject.toml` states: ruff and mypy find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize('command', [('ruff', 'check', '--output-format=concise'), ('mypy', '--no-color-output')],
                         ids=lambda command: command[0])
def test_nothing_is_found_by(command):
    finished = subprocess.run([sys.executable, '-m', *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=ROOT)
    assert finished.returncode == 0, f'\n{finished.stdout}'
