"""The lock of the browser: what it says of a wheel, and which wheels it refuses."""

from zipfile import ZipFile

import pytest

from aihwlab.site.lock import extended_lock
from aihwlab.site.release import Release
from aihwlab.site.sources import sha256

RELEASE = Release({'version': '0.27.7'}, {}, {'numpy': {'name': 'numpy', 'version': '2.0.2', 'file_name': 'numpy.whl',
                                                          'sha256': '0' * 64, 'depends': []}})


@pytest.fixture
def wheel(tmp_path):
    """Return a function that writes a wheel with requirements."""
    def write(*requirements, name='some_tool-1.2-py3-none-any.whl'):
        lines = ['Name: Some.Tool', 'Version: 1.2', *(f'Requires-Dist: {each}' for each in requirements)]
        with ZipFile(tmp_path / name, 'w') as archive:
            archive.writestr('some_tool/__init__.py', '')
            archive.writestr('some_tool-1.2.dist-info/METADATA', '\n'.join(lines))
            archive.writestr('some_tool-1.2.data/data/share/setup.py', '')
        return tmp_path / name

    return write


def test_a_wheel_is_entered_with_its_hash_and_with_what_applies_in_a_browser(wheel):
    path = wheel('numpy>=1.24', 'torch; sys_platform != "emscripten"', 'pytest; extra == "test"', 'widgetsnbextension~=4.0')
    lock = extended_lock(RELEASE, [path])
    assert lock['packages']['numpy'] == RELEASE.packages['numpy'] and lock['info'] == RELEASE.info
    entry = lock['packages']['some-tool']
    assert entry['depends'] == ['numpy'] and entry['imports'] == ['some_tool'] and entry['sha256'] == sha256(path)


@pytest.mark.parametrize('requirement, message', [
    ('numpy>=2.1', r'needs numpy>=2\.1; the browser has 2\.0\.2'), ('torch', 'needs torch; the browser has none')])
def test_what_the_browser_cannot_give_is_an_error(wheel, requirement, message):
    with pytest.raises(ValueError, match=message):
        extended_lock(RELEASE, [wheel(requirement)])


def test_a_wheel_for_one_platform_is_an_error(wheel):
    with pytest.raises(ValueError, match='made for one platform'):
        extended_lock(RELEASE, [wheel(name='some_tool-1.2-cp311-cp311-linux_x86_64.whl')])
