"""The release of Pyodide that the site is built on: which files it needs, and the SHA-256 that each must have.

`pyodide.json` is an extract of the official release: of its lock, the packages that the course needs, word by word, and the
hashes of the runtime. `lock` is the hash of the whole lock, which `tests/site/test_sources.py` compares where it has it.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple


class Release(NamedTuple):
    """A release of Pyodide.

    Attributes:
        info: what the lock says of Python, of the platform and of the version.
        runtime: SHA-256 of the files of the interpreter, by name.
        packages: entries of the lock, by name of the package.
    """

    info: dict[str, str]
    runtime: dict[str, str]
    packages: dict[str, dict[str, Any]]

    @property
    def version(self) -> str:
        """The version of Pyodide."""
        return self.info['version']

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of all files, by name."""
        return {**self.runtime, **{package['file_name']: package['sha256'] for package in self.packages.values()}}


def read_release() -> Release:
    """Return the release that this version of the site is built on."""
    facts = json.loads((Path(__file__).parent / 'pyodide.json').read_text(encoding='utf-8'))
    return Release(facts['info'], facts['runtime'], facts['packages'])
