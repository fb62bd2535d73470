"""JupyterLab on this computer's own address, with a home of its own, as the README starts it."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from ipykernel.kernelspec import write_kernel_spec

ARGUMENTS = ['-m', 'jupyterlab', '--preferred-dir', 'notebooks']
"""What the README gives to Python, from the root of a clone."""

START = 90
"""Seconds that JupyterLab may take to start."""


@contextlib.contextmanager
def jupyterlab(notebooks, images, folder):
    """Serve copies of notebooks and images, which nothing that is run or saved can change; yield the address.

    Args:
        notebooks, images: folders; the copies lie beside each other, as in a clone.
        folder: empty folder for the copies, the home directory and the settings.

    Raises:
        RuntimeError: if JupyterLab does not start; with what it printed.
    """
    clone, home, log = folder / 'clone', folder / 'home', folder / 'jupyterlab.log'
    shutil.copytree(notebooks, clone / 'notebooks', ignore=shutil.ignore_patterns('.ipynb_checkpoints'))
    shutil.copytree(images, clone / 'img')
    with log.open('wb') as output:
        server = subprocess.Popen(
            [sys.executable, *ARGUMENTS, '--no-browser', '--allow-root', '--ip=127.0.0.1', '--port=0',
             '--IdentityProvider.token=', '--LabApp.expose_app_in_browser=True'],
            cwd=clone, env=environment(home), stdout=output, stderr=subprocess.STDOUT)
    try:
        yield address(server, log)
    finally:
        server.terminate()  # stops its kernels too
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def environment(home):
    """Return the variables of a process that reads and writes no settings but its own and runs this very Python."""
    settings = home / 'settings' / '@jupyterlab' / 'apputils-extension'
    settings.mkdir(parents=True)
    (settings / 'notification.jupyterlab-settings').write_text('{"fetchNews": "false", "checkForUpdates": false}')
    write_kernel_spec(home / 'data' / 'kernels' / 'python3')
    folders = {'JUPYTER_CONFIG_DIR': 'config', 'JUPYTER_DATA_DIR': 'data', 'JUPYTER_RUNTIME_DIR': 'runtime',
               'IPYTHONDIR': 'ipython', 'JUPYTERLAB_SETTINGS_DIR': 'settings', 'JUPYTERLAB_WORKSPACES_DIR': 'workspaces'}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(('JUPYTER', 'JPY', 'PYTEST'))}
    return {**inherited, 'HOME': str(home), 'JUPYTER_PREFER_ENV_PATH': '0',
            **{name: str(home / folder) for name, folder in folders.items()}}


def address(server, log):
    """Wait until JupyterLab answers, and return where."""
    deadline = time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        found = re.search(r'http://127\.0\.0\.1:\d+', log.read_text(errors='replace'))
        if found:
            with contextlib.suppress(OSError), urllib.request.urlopen(f'{found[0]}/api/status', timeout=2):
                return found[0]
        time.sleep(0.1)
    raise RuntimeError(f'JupyterLab did not start:\n{log.read_text(errors="replace")[-3000:]}')
