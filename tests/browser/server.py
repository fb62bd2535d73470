"""The programs that show notebooks, each on this computer's own address and with a home of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from typing import NamedTuple

from ipykernel.kernelspec import write_kernel_spec

START = 90
"""Seconds that a program may take to start."""


class Program(NamedTuple):
    """A program that shows notebooks.

    Attributes:
        arguments: what a user gives to Python, from the root of a clone.
        options: further ones, for a test.
        lesson: path of the address at which a notebook is found, before its name.
    """

    arguments: list
    options: list
    lesson: str


JUPYTER = ['--no-browser', '--allow-root', '--ip=127.0.0.1', '--IdentityProvider.token=']

JUPYTERLAB = Program(['-m', 'jupyterlab', '--preferred-dir', 'notebooks'],
                     [*JUPYTER, '--LabApp.expose_app_in_browser=True'], '/doc/tree/notebooks')
NOTEBOOK = Program(['-m', 'notebook', '--preferred-dir', 'notebooks'],
                   [*JUPYTER, '--JupyterNotebookApp.expose_app_in_browser=True'], '/notebooks/notebooks')
VOILA = Program(['-m', 'voila'], ['--no-browser', '--Voila.ip=127.0.0.1', '--VoilaConfiguration.show_tracebacks=True'],
                '/voila/render/notebooks')


@contextlib.contextmanager
def serve(program, notebooks, images, folder):
    """Serve copies of notebooks and images, which nothing that is run or saved can change; yield the address.

    Args:
        program: see `Program`.
        notebooks, images: folders; the copies lie beside each other, as in a clone.
        folder: empty folder for the copies, the home directory and the settings.

    Raises:
        RuntimeError: if the program does not start; with what it printed.
    """
    clone, home, log, port = folder / 'clone', folder / 'home', folder / 'log', free_port()
    shutil.copytree(notebooks, clone / 'notebooks', ignore=shutil.ignore_patterns('.ipynb_checkpoints'))
    shutil.copytree(images, clone / 'img')
    with log.open('wb') as output:
        server = subprocess.Popen([sys.executable, *program.arguments, *program.options, f'--port={port}'],
                                  cwd=clone, env=environment(home), stdout=output, stderr=subprocess.STDOUT)
    try:
        yield wait_for(f'http://127.0.0.1:{port}', server, log)
    finally:
        server.terminate()  # stops its kernels too
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port():
    """Return a port that nothing uses."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return found.getsockname()[1]


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


def wait_for(address, server, log):
    """Wait until a program answers, and return its address."""
    deadline = time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10):
            return address
        time.sleep(0.1)
    raise RuntimeError(f'{" ".join(server.args[1:])} did not start:\n{log.read_text(errors="replace")[-3000:]}')
