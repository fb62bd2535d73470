"""The lock that the browser loads packages by: Pyodide's, extended by wheels; `import aihwlab` then finds everything."""

from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aihwlab.site.release import Release
from aihwlab.site.sources import sha256

IN_THE_PAGE = {'jupyterlab-widgets', 'widgetsnbextension'}
"""What ipywidgets asks for, but what belongs to the page around the kernel."""


def extended_lock(release: Release, wheels: Iterable[Path]) -> dict[str, Any]:
    """Return the lock of a release with wheels added.

    Args:
        release: the release.
        wheels: files that any Python can install, `*-py3-none-any.whl`.

    Raises:
        ValueError: for a wheel that is made for one platform, or that asks for a package, or a version of one, that neither
            the release nor the other wheels have.
    """
    added = {wheel: entry(wheel) for wheel in wheels}
    packages = {**release.packages, **{package['name']: package for package in added.values()}}
    versions = {canonicalize_name(name): package['version'] for name, package in packages.items()}
    for wheel, package in added.items():
        needed = list(needs(wheel))
        for requirement in needed:
            version = versions.get(canonicalize_name(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                raise ValueError(f'{wheel.name} needs {requirement}; the browser has {version or "none"}')
        package['depends'] = [canonicalize_name(requirement.name) for requirement in needed]
    return {'info': release.info, 'packages': dict(sorted(packages.items()))}


def entry(wheel: Path) -> dict[str, Any]:
    """Return what a lock says of a wheel, but for what it depends on."""
    with ZipFile(wheel) as archive:
        tops = {name.split('/')[0].removesuffix('.py') for name in archive.namelist()
                if name.endswith('.py') and '.dist-info/' not in name and '.data/' not in name}
    headers = metadata(wheel)
    return {'name': canonicalize_name(headers['Name']), 'version': headers['Version'], 'file_name': wheel.name,
            'install_dir': 'site', 'sha256': sha256(wheel), 'package_type': 'package', 'imports': sorted(tops),
            'unvendored_tests': False}


def needs(wheel: Path) -> Iterator[Requirement]:
    """Yield what a wheel requires in a browser."""
    browser = {'sys_platform': 'emscripten', 'platform_system': 'Emscripten', 'extra': ''}
    for requirement in map(Requirement, metadata(wheel).get_all('Requires-Dist', [])):
        if canonicalize_name(requirement.name) in IN_THE_PAGE:
            continue
        if requirement.marker is None or requirement.marker.evaluate(browser):
            yield requirement


def metadata(wheel: Path) -> Message:
    """Return the headers of a wheel, after seeing that it is made for any platform."""
    if not wheel.name.endswith('-none-any.whl'):
        raise ValueError(f'{wheel.name} is made for one platform; a browser needs one for any, *-none-any.whl')
    with ZipFile(wheel) as archive:
        name, = (name for name in archive.namelist() if name.endswith('.dist-info/METADATA'))
        return HeaderParser().parsestr(archive.read(name).decode())


def absent(wheel: Path, lock: dict[str, Any]) -> set[str]:
    """Return what a wheel uses, in whole or with an extra, and a lock does not have, by the names that programs import."""
    used = {canonicalize_name(Requirement(each).name) for each in metadata(wheel).get_all('Requires-Dist', [])}
    return {name.replace('-', '_') for name in used - set(lock['packages'])}
