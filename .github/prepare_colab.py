"""Prepare the notebooks for Google Colab, which loads a notebook alone: `python .github/prepare_colab.py v0.1.0`.

It names in the first cell of each what is to be installed, and gives pictures and links their addresses on the web.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
COLAB = 'https://colab.research.google.com/github'
BRANCH = 'colab'
"""The branch with the notebooks of the last release, made ready by this program."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('tag', help='tag of the release')
    parser.add_argument('--install', metavar='PACKAGE', help='what pip is to install; by default the tag of the repository')
    arguments = parser.parse_args()
    for path in sorted((ROOT / 'notebooks').glob('*.ipynb')):
        notebook = json.loads(path.read_text(encoding='utf-8'))
        prepare(notebook, repository(), arguments.tag, arguments.install)
        path.write_text(written(notebook), encoding='utf-8')


def repository() -> str:
    """Return the owner and the name of the repository on GitHub."""
    return re.search(r"^Repository = 'https://github\.com/([^']*)'$", (ROOT / 'pyproject.toml').read_text(encoding='utf-8'),
                     re.MULTILINE)[1]


def prepare(notebook: dict[str, Any], repository: str, tag: str, install: str | None = None) -> None:
    """Change the first cell of a notebook and its addresses: those of pictures, of other notebooks and of other files.

    Raises:
        ValueError: if the first cell has no place for what is to be installed.
    """
    addresses = {
        r'(?<=src=")\.\./|(?<=\]\()\.\./(?=img/)': f'https://raw.githubusercontent.com/{repository}/{tag}/',
        r'(?<=\]\()(?=\d\d_\w+\.ipynb)': f'{COLAB}/{repository}/blob/{BRANCH}/notebooks/',
        r'(?<=\]\()\.\./': f'https://github.com/{repository}/blob/{tag}/'}
    first = next(cell for cell in notebook['cells'] if cell['cell_type'] == 'code')
    if not ''.join(first['source']).startswith("SOURCE = '"):
        raise ValueError("the first cell with code must begin with SOURCE = ''")
    change(first, r"(?<=\ASOURCE = ')[^']*", install or f'git+https://github.com/{repository}@{tag}')
    for cell in notebook['cells']:
        if cell['cell_type'] == 'markdown':
            for relative, absolute in addresses.items():
                change(cell, relative, absolute)


def change(cell: dict[str, Any], old: str, new: str) -> None:
    """Replace what matches in the source of a cell."""
    cell['source'] = re.sub(old, new, ''.join(cell['source'])).splitlines(keepends=True)


def written(notebook: dict[str, Any]) -> str:
    """Return a notebook as the text of a file, in the form that Jupyter gives it."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + '\n'


if __name__ == '__main__':
    main()
