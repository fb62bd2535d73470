"""The site in one file, for a classroom without network: unpack it from a USB stick and run the server in it."""

import os
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from aihwlab.site import serve

PACKED = {'.whl', '.zip', '.png', '.gif', '.woff2'}
"""Endings of files that are compressed already."""

READ_ME = """aihwlab: a course on analog in-memory computing that runs in a browser, without network.

1. Unpack this file.
2. Run `python serve.py` in the folder (Windows: `py serve.py`; macOS and Linux: `python3 serve.py`). It needs Python 3.8 or
   newer and no package.
3. Open the address that it prints.

A browser does not run the lessons from index.html directly: it loads programs only from a server. This one can be reached
from this computer alone.
"""


def write_offline_edition(site: Path, path: Path) -> None:
    """Write a site and a server for it into a zip file, which appears when it is complete.

    Raises:
        FileNotFoundError: if there is no site in the folder.
    """
    serve.require_site(site)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f'{path.name}.draft')
    with ZipFile(draft, 'w') as archive:
        for file in sorted(filter(Path.is_file, site.rglob('*'))):
            compression = ZIP_STORED if file.suffix in PACKED else ZIP_DEFLATED
            archive.write(file, Path('aihwlab') / file.relative_to(site), compression)
        archive.write(serve.__file__, 'aihwlab/serve.py', ZIP_DEFLATED)
        archive.writestr('aihwlab/READ ME.txt', READ_ME, ZIP_DEFLATED)
    os.replace(draft, path)
