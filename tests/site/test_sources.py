"""Where the files of Pyodide come from: what is taken, what is refused, and that no half of a file is ever kept."""

import hashlib
import json
import urllib.error
import urllib.request

import pytest

from aihwlab.site.release import read_release
from aihwlab.site.sources import ADDRESS, Source, SourceError, gather, local, official, sha256

CONTENTS = {'a.whl': b'a wheel', 'b.wasm': b'a program'}
FILES = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}


def source(name, contents, error=None):
    """Return a source with these files, which fails after it has written them if there is an error."""
    def fetch(names, folder):
        for each in names:
            if each in contents:
                (folder / each).write_bytes(contents[each])
        if error:
            raise error

    return Source(name, fetch)


def test_the_first_source_that_has_a_file_gives_it(tmp_path):
    def never(names, folder):
        raise AssertionError('nothing was missing')

    refused = gather(FILES, tmp_path, [source('one', {'a.whl': CONTENTS['a.whl']}), source('two', CONTENTS),
                                       Source('three', never)])
    assert refused == [] and {path.name: path.read_bytes() for path in tmp_path.iterdir()} == CONTENTS
    assert gather(FILES, tmp_path, [Source('three', never)]) == []


def test_a_file_with_another_hash_is_not_taken(tmp_path):
    forged = source('forger', {**CONTENTS, 'b.wasm': b'another program'})
    with pytest.raises(SourceError, match=r'1 of 2 files are missing, such as b\.wasm:\nforger: its b\.wasm is not the off'):
        gather(FILES, tmp_path, [forged])
    assert [path.name for path in tmp_path.iterdir()] == ['a.whl']
    assert gather(FILES, tmp_path, [forged, source('honest', CONTENTS)])[0].startswith('forger: its b.wasm')


def test_a_download_that_breaks_off_leaves_nothing_that_counts(tmp_path):
    broken = source('far away', {'a.whl': CONTENTS['a.whl'], 'b.wasm': CONTENTS['b.wasm'][:4]}, ConnectionError('cut off'))
    with pytest.raises(SourceError, match='far away: cut off'):
        gather(FILES, tmp_path, [broken])
    assert [path.name for path in tmp_path.iterdir()] == ['a.whl']


def test_a_damaged_file_of_the_cache_is_replaced(tmp_path):
    (tmp_path / 'b.wasm').write_bytes(b'half a pro')
    gather(FILES, tmp_path, [source('one', CONTENTS)])
    assert sha256(tmp_path / 'b.wasm') == FILES['b.wasm']


def test_a_folder_gives_what_it_has(tmp_path):
    (tmp_path / 'given').mkdir()
    (tmp_path / 'given' / 'a.whl').write_bytes(CONTENTS['a.whl'])
    with pytest.raises(SourceError, match=r'such as b\.wasm'):
        gather(FILES, tmp_path / 'cache', [local(tmp_path / 'given')])
    with pytest.raises(SourceError, match='no folder .*elsewhere'):
        gather(FILES, tmp_path / 'cache', [local(tmp_path / 'elsewhere')])


def test_the_official_release_is_asked_by_name_and_may_be_out_of_reach(tmp_path, monkeypatch):
    asked = []

    def urlopen(address, timeout):
        asked.append(address)
        raise urllib.error.URLError('no network in this test')

    monkeypatch.setattr(urllib.request, 'urlopen', urlopen)
    with pytest.raises(SourceError, match='no network in this test'):
        gather(FILES, tmp_path, [official('0.27.7')])
    assert asked == [ADDRESS.format(version='0.27.7') + 'a.whl']  # once is enough to learn that nobody answers


def test_the_release_names_a_hash_for_each_file():
    release = read_release()
    assert {'pyodide.js', 'pyodide.mjs', 'pyodide.asm.js', 'pyodide.asm.wasm', 'python_stdlib.zip'} == set(release.runtime)
    assert all(len(digest) == 64 for digest in release.files.values())
    for package in release.packages.values():
        assert {name.lower().replace('_', '-') for name in package['depends']} <= set(release.packages)


def test_the_release_is_an_extract_of_the_official_lock(tmp_path):
    release = read_release()
    try:
        official(release.version).fetch(['pyodide-lock.json'], tmp_path)
    except OSError as error:
        pytest.skip(f'the official lock cannot be reached: {error}')
    lock = json.loads((tmp_path / 'pyodide-lock.json').read_text(encoding='utf-8'))
    assert release.info == lock['info'] and release.packages.items() <= lock['packages'].items()
