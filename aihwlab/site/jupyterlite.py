"""JupyterLite: the page in which notebooks run, with its settings, extensions and contents."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from aihwlab.site.wheels import run

KERNEL = '@jupyterlite/pyodide-kernel-extension'
APPS = 'lab', 'notebooks', 'tree'

STORE = 'aihwlab'
"""Where the browser keeps what students write; `files/site.js` knows it too."""

STARTED_WITH = ('micropip', 'piplite', 'ssl', 'sqlite3', 'ipykernel', 'comm', 'pyodide-kernel', 'jedi', 'ipython', 'aihwlab')
"""Packages that load together with Python: what the kernel would ask for one by one, and ours with all it needs."""

SETTINGS = {
    # Scrolling far must not throw away the pictures that are out of sight.
    '@jupyterlab/notebook-extension:tracker': {'windowingMode': 'none'},
    '@jupyterlab/apputils-extension:notification': {'fetchNews': 'false', 'checkForUpdates': False},
    # What students write is kept by their browser without being asked.
    '@jupyterlab/docmanager-extension:plugin': {'autosave': True, 'autosaveInterval': 15},
}

PAGE = {
    'jupyter-lite-schema-version': 0,
    'jupyter-config-data': {
        'appName': 'aihwlab', 'exposeAppInBrowser': True, 'contentsStorageName': STORE,
        'litePluginSettings': {f'{KERNEL}:kernel': {
            'pyodideUrl': './static/pyodide/pyodide.js', 'disablePyPIFallback': True,
            'loadPyodideOptions': {'packages': STARTED_WITH}}}}}


def kernel_extension() -> Path:
    """Return the folder of the kernel's extension, as pip has installed it.

    Raises:
        FileNotFoundError: without the extra `site`.
    """
    folder = Path(sys.prefix) / 'share' / 'jupyter' / 'labextensions' / KERNEL
    if not folder.is_dir():
        raise FileNotFoundError(f'no {folder}: pip install "aihwlab[site]" brings it')
    return folder


def kernel_wheels() -> list[Path]:
    """Return the wheels of the kernel; those beside them stand for packages of JupyterLab that a browser does not need."""
    return [path for path in sorted((kernel_extension() / 'static' / 'pypi').glob('*.whl'))
            if not path.name.startswith('widgetsnbextension')]


def build_jupyterlite(contents: Path, extensions: Iterable[Path], folder: Path) -> None:
    """Write JupyterLite into a folder.

    Args:
        contents: folder of the files that its users see.
        extensions: wheels with extensions of JupyterLab, beside that of the kernel.
        folder: where to write.

    Raises:
        OSError: if it cannot be built; with what was printed.
    """
    with TemporaryDirectory() as place:
        project = Path(place)
        (project / 'overrides.json').write_text(json.dumps(SETTINGS), encoding='utf-8')
        (project / 'jupyter-lite.json').write_text(json.dumps(PAGE), encoding='utf-8')
        configuration = {'LiteBuildConfig': {
            'contents': [str(contents)], 'output_dir': str(folder.resolve()), 'apps': APPS, 'no_sourcemaps': True,
            'no_unused_shared_packages': True, 'no_libarchive': True,
            # What else is installed beside JupyterLab is no part of the course.
            'ignore_sys_prefix': ['federated_extensions'],
            'federated_extensions': [str(kernel_extension()), *(str(path.resolve()) for path in extensions)]}}
        (project / 'jupyter_lite_config.json').write_text(json.dumps(configuration), encoding='utf-8')
        run('-m', 'jupyterlite_core', 'build', at=project)
