"""The server of the site, on its own and out of the offline edition, which needs nothing but Python."""

import subprocess
import sys
import urllib.request
from threading import Thread
from zipfile import ZipFile

import pytest

from aihwlab.site.__main__ import main
from aihwlab.site.serve import server


@pytest.fixture
def site(tmp_path):
    """A small site."""
    folder = tmp_path / 'site'
    (folder / 'static').mkdir(parents=True)
    (folder / 'index.html').write_text('<title>aihwlab</title>')
    (folder / 'static' / 'program.wasm').write_bytes(b'\0asm')
    return folder


def test_files_are_served_on_this_computer_with_the_types_that_browsers_insist_on(site):
    with server(site, 0) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        host, port = running.server_address
        with urllib.request.urlopen(f'http://127.0.0.1:{port}/static/program.wasm') as answer:
            assert answer.headers['Content-Type'] == 'application/wasm' and answer.read() == b'\0asm'
        running.shutdown()
    assert host == '127.0.0.1'


def test_the_offline_edition_brings_its_own_server(site, tmp_path):
    main(['zip', str(site), str(tmp_path / 'out' / 'course.zip')])
    with ZipFile(tmp_path / 'out' / 'course.zip') as archive:
        archive.extractall(tmp_path / 'stick')
    folder = tmp_path / 'stick' / 'aihwlab'
    assert 'python serve.py' in (folder / 'READ ME.txt').read_text()
    command = [sys.executable, '-I', str(folder / 'serve.py'), '--port=0']
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        address = running.stdout.readline().split()[1]
        with urllib.request.urlopen(address) as answer:
            assert b'aihwlab' in answer.read()
        running.terminate()


@pytest.mark.parametrize('arguments', [['serve'], ['zip', 'course.zip']])
def test_a_folder_without_a_site_is_named(arguments, tmp_path):
    with pytest.raises(SystemExit, match=f'{tmp_path}.*no site there'):
        main([arguments[0], str(tmp_path), *arguments[1:]])


def test_a_site_is_not_written_over_other_files(tmp_path):
    (tmp_path / 'mine.txt').write_text('keep me')
    with pytest.raises(SystemExit, match='is not empty'):
        main(['build', str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ['mine.txt']
