"""Serve the site on this computer: `python serve.py`, beside the site; `python -m aihwlab.site serve FOLDER` does the same.

This file stands in the offline edition too, where nothing else is installed: it needs Python 3.8 and no package.
"""

import argparse
import contextlib
import functools
import http.server
from pathlib import Path

TYPES = {'.wasm': 'application/wasm', '.js': 'text/javascript', '.mjs': 'text/javascript', '.whl': 'application/zip',
         '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.svg': 'image/svg+xml'}
"""Types that a browser insists on and that not every computer knows."""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Hands out files, with the right types, and prints nothing."""

    protocol_version = 'HTTP/1.1'
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def log_message(self, format: str, *args: object) -> None:
        pass

    def end_headers(self) -> None:
        """Let browsers keep files, but ask whether there are newer ones."""
        self.send_header('Cache-Control', 'no-cache')
        super().end_headers()


def require_site(folder: Path) -> None:
    """Raise a FileNotFoundError if there is no site in a folder."""
    if not (folder / 'index.html').is_file():
        raise FileNotFoundError(f'{folder}: no site there, since it has no index.html')


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Return a server for a folder that only this computer can reach; port 0 stands for any that is free.

    Raises:
        FileNotFoundError: if there is no site in the folder.
        OSError: if another program uses the port.
    """
    require_site(folder)
    return http.server.ThreadingHTTPServer(('127.0.0.1', port), functools.partial(Handler, directory=str(folder)))


def serve(folder: Path, port: int) -> None:
    """Serve a folder until Ctrl+C."""
    with server(folder, port) as running:
        print('Open http://127.0.0.1:%d/ in a browser; Ctrl+C ends this.' % running.server_address[1], flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            running.serve_forever()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description='Serve the site on this computer.')
    parser.add_argument('--port', type=int, default=8000)
    serve(Path(__file__).resolve().parent, parser.parse_args().port)
