"""Wheels for the browser: that of this clone, and the few from PyPI that Pyodide does not have."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

REQUIREMENTS = Path(__file__).parent / 'wheels.txt'

ANYWHERE = ['--only-binary=:all:', '--platform=any', '--implementation=py', '--abi=none']
"""What makes pip choose a wheel that runs on every platform."""


def wheel_of(clone: Path, folder: Path) -> Path:
    """Build the wheel of a clone into a folder, and return its path.

    Raises:
        OSError: if it cannot be built; with what was printed.
    """
    run('-m', 'hatchling', 'build', '--target=wheel', f'--directory={folder}', at=clone)
    wheel, = folder.glob('aihwlab-*-py3-none-any.whl')
    return wheel


def wheels_from_pypi(folder: Path) -> list[Path]:
    """Download the wheels of `wheels.txt` into a folder, checked, and return their paths.

    Raises:
        OSError: if pip cannot get one of them, or gets one with another hash; with what it printed.
    """
    return pip_download(REQUIREMENTS.read_text(encoding='utf-8').splitlines(), folder)


def pip_download(requirements: Iterable[str], folder: Path) -> list[Path]:
    """Download one wheel for each requirement, which must name a hash, and return their paths.

    Raises:
        OSError: if pip fails.
    """
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / 'requirements.txt'
        file.write_text('\n'.join(requirements), encoding='utf-8')
        run('-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes', *ANYWHERE, f'--dest={folder}',
            f'--requirement={file}')
    return sorted(folder.glob('*.whl'))


def run(*arguments: str, at: Path | None = None) -> None:
    """Run a program of this Python.

    Raises:
        OSError: if it fails; with the end of what it printed.
    """
    finished = subprocess.run([sys.executable, *arguments], cwd=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
    if finished.returncode:
        raise OSError(f'{" ".join(arguments[:3])} failed:\n{finished.stdout[-2000:]}')
