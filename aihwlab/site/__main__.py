"""`python -m aihwlab.site build FOLDER` writes the course as a site for browsers; `serve` and `zip` go on from there."""

import argparse
from pathlib import Path

from platformdirs import user_cache_path

import aihwlab
from aihwlab.site.build import build_site
from aihwlab.site.offline_edition import write_offline_edition
from aihwlab.site.pages import megabytes
from aihwlab.site.release import read_release
from aihwlab.site.serve import serve
from aihwlab.site.sources import SourceError, local, mirror, official

CLONE = Path(aihwlab.__file__).parents[1]
"""The clone that the package lies in: its notebooks and pictures become the site."""


def main(arguments: list[str] | None = None) -> None:
    """Read the arguments of the command line and do what they say.

    Raises:
        SystemExit: with a sentence, if that cannot be done, or with a wrong argument.
    """
    options = parser().parse_args(arguments)
    try:
        options.do(options)
    except (SourceError, ValueError, OSError) as error:
        raise SystemExit(str(error)) from None


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    version = read_release().version
    parser = argparse.ArgumentParser(prog='python -m aihwlab.site', description='The course as a site that runs in a browser.')
    commands = parser.add_subparsers(required=True, metavar='COMMAND')
    make = commands.add_parser('build', help='write the site')
    make.add_argument('folder', type=Path, help='where to write; it must be empty or not exist')
    make.add_argument('--pyodide', type=Path, metavar='FOLDER',
                      help=f'a folder with files of Pyodide {version}, such as an unpacked release; asked before the internet')
    make.add_argument('--cache', type=Path, default=user_cache_path('aihwlab') / f'pyodide-{version}', metavar='FOLDER',
                      help='where these files are kept for the next time (default: %(default)s)')
    make.set_defaults(do=build)
    show = commands.add_parser('serve', help='serve the site on this computer')
    show.add_argument('folder', type=Path, help='what `build` has written')
    show.add_argument('--port', type=int, default=8000, help='default: %(default)s')
    show.set_defaults(do=lambda options: serve(options.folder, options.port))
    pack = commands.add_parser('zip', help='put the site and a server for it into one file, for a classroom without network')
    pack.add_argument('folder', type=Path, help='what `build` has written')
    pack.add_argument('file', type=Path, help='the zip file')
    pack.set_defaults(do=lambda options: write_offline_edition(options.folder, options.file))
    return parser


def build(options: argparse.Namespace) -> None:
    """Build the site, and say which sources failed, and what it weighs."""
    if not (CLONE / 'notebooks').is_dir():
        raise FileNotFoundError(f'{CLONE}: no folder notebooks there; the site is built from a clone of the repository')
    if options.folder.exists() and (not options.folder.is_dir() or any(options.folder.iterdir())):
        raise FileExistsError(f'{options.folder} is not empty; the site needs a folder of its own')
    given = [local(options.pyodide)] if options.pyodide else []
    refused = build_site(CLONE, options.folder, options.cache, [*given, official(read_release().version), mirror()])
    for sentence in refused:
        print(f'not used: {sentence}')
    print(f'{megabytes(options.folder):.0f} MB: python -m aihwlab.site serve {options.folder}')


if __name__ == '__main__':
    main()
