"""MNIST: what is taken from where, what is refused, and the bundled subset."""

import bz2
import gzip
import os
import socket
import time
import tracemalloc
from hashlib import sha256
from threading import Event

import numpy as np
import pytest
import torch
import torchvision

from aihwlab.datasets import DatasetError, load_mnist, mnist, mnist_download, mnist_files, mnist_subset
from aihwlab.datasets.make_mnist_subset import make_subset
from aihwlab.datasets.mnist_files import FILES, MnistFile, raw_folder, read_mnist_files
from aihwlab.datasets.mnist_subset import SUBSET_FILE, every_tenth, pack_subset, read_subset

SMALL_SHAPES = ((300, 28, 28), (300,), (200, 28, 28), (200,))
TRAIN_IMAGES = 'train-images-idx3-ubyte'


@pytest.fixture
def small_files(monkeypatch):
    """A set laid out as MNIST, with 300 and 200 random images, in place of the real one: its four files' contents."""
    generator = np.random.default_rng(1)
    contents, files = {}, []
    for file, shape in zip(FILES, SMALL_SHAPES):
        elements = generator.integers(0, 256 if len(shape) == 3 else 10, shape, np.uint8)
        small = MnistFile(file.name, shape, '')
        contents[file.name] = small.header + elements.tobytes()
        files.append(small._replace(checksum=sha256(contents[file.name]).hexdigest()))
    monkeypatch.setattr(mnist_files, 'FILES', tuple(files))
    return contents


@pytest.fixture
def root(tmp_path, small_files):
    """A folder with an intact copy of the small set."""
    write_copy(tmp_path, small_files)
    return tmp_path


@pytest.fixture
def offline(monkeypatch):
    """No network: looking up any name fails."""
    def fail(*args, **kwargs):
        raise socket.gaierror('no network in this test')
    monkeypatch.setattr(socket, 'getaddrinfo', fail)


@pytest.fixture
def servers(monkeypatch, small_files):
    """Servers that have the small set: torchvision's download writes it without any network."""
    class Downloads(torchvision.datasets.MNIST):
        contents = small_files

        def __init__(self, root, download):
            assert download
            assert socket.getdefaulttimeout() == mnist_download.PATIENCE
            write_copy(root, self.contents)

    monkeypatch.setattr(mnist_download, 'answers', lambda url, seconds: True)
    monkeypatch.setattr(mnist_download.torchvision.datasets, 'MNIST', Downloads)
    return Downloads


def write_copy(root, contents):
    raw_folder(root).mkdir(parents=True)
    for name, content in contents.items():
        (raw_folder(root) / name).write_bytes(content)


# An existing copy


def test_an_existing_copy_is_taken_and_behaves_as_torchvisions(root, capsys):
    train, test = load_mnist(root, download=False)
    assert capsys.readouterr().out == ''
    assert isinstance(train, torchvision.datasets.MNIST)
    assert (len(train), len(test)) == (300, 200)
    assert (train.source, train.train, test.train) == ('full', True, False)
    assert train.data.shape == (300, 28, 28) and train.data.dtype == torch.uint8
    assert train.targets.shape == (300,) and train.targets.dtype == torch.int64
    image, label = train[7]
    assert image.shape == (1, 28, 28) and image.dtype == torch.float32
    torch.testing.assert_close(image[0], train.data[7] / 255)
    assert label == train.targets[7] and isinstance(label, int)
    assert 'Number of datapoints: 300' in repr(train)


def test_pixels_and_labels_are_those_of_the_files(root, small_files):
    train, test = load_mnist(root)
    assert train.data.numpy().tobytes() == small_files[TRAIN_IMAGES][16:]
    assert bytes(test.targets.tolist()) == small_files['t10k-labels-idx1-ubyte'][8:]


def test_another_transform_replaces_the_default(root):
    train, _ = load_mnist(root, transform=None)
    image, _ = train[0]
    assert image.size == (28, 28) and image.mode == 'L'


def test_batches_come_in_the_shape_of_a_network_input(root):
    images, labels = next(iter(torch.utils.data.DataLoader(load_mnist(root)[0], batch_size=8)))
    assert images.shape == (8, 1, 28, 28) and labels.shape == (8,)


def test_compressed_files_are_read_as_well(root):
    plain = load_mnist(root)[0].data
    for path in list(raw_folder(root).iterdir()):
        path.with_name(path.name + '.gz').write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert torch.equal(load_mnist(root)[0].data, plain)


def test_the_environment_variable_names_the_folder_and_the_argument_goes_before_it(root, monkeypatch, tmp_path):
    monkeypatch.setenv('AIHWLAB_DATA', str(root))
    assert load_mnist(source='full', download=False)[0].source == 'full'
    with pytest.raises(DatasetError, match='elsewhere'):
        load_mnist(tmp_path / 'elsewhere', source='full', download=False)


def test_without_either_the_folder_is_the_users_cache(root, monkeypatch, small_files):
    monkeypatch.delenv('AIHWLAB_DATA', raising=False)
    monkeypatch.setattr(mnist.Path, 'home', lambda: root)
    write_copy(root / '.cache' / 'aihwlab', small_files)
    assert load_mnist(download=False)[0].source == 'full'


def test_a_folder_is_only_read_from(root):
    before = {path: path.stat().st_mtime_ns for path in root.rglob('*')}
    load_mnist(root)
    assert {path: path.stat().st_mtime_ns for path in root.rglob('*')} == before


# Damaged copies


def truncate(content):
    return content[:-1]


def lengthen(content):
    return content + b'\0'


def change_the_header(content):
    return b'\0\0\x09' + content[3:]


def change_one_pixel(content):
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize('source', [None, 'full'])
@pytest.mark.parametrize('damage, expected_and_found', [
    (truncate, r'expected 235,216 bytes of data, found 235,215'),
    (lengthen, r'expected 235,216 bytes of data, found 235,217'),
    (change_the_header, r'expected the header 00000803\w+, found 00000903\w+'),
    (change_one_pixel, r'expected the SHA-256 checksum \w{64}, found \w{64}'),
    (lambda content: b'', r'expected 235,216 bytes of data, found 0'),
])
def test_a_damaged_file_is_refused_by_name(root, servers, damage, expected_and_found, source):
    path = raw_folder(root) / TRAIN_IMAGES
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match=f'{TRAIN_IMAGES} is damaged: {expected_and_found}'):
        load_mnist(root, source)


@pytest.mark.parametrize('damage', [truncate, lambda content: b'not gzip', lambda content: content[:-6] + b'123456',
                                    lambda content: content[:200] + b'\xff' * 20 + content[220:]])
def test_a_damaged_compressed_file_is_refused_by_name(root, servers, damage):
    path = raw_folder(root) / TRAIN_IMAGES
    path.with_name(path.name + '.gz').write_bytes(damage(gzip.compress(path.read_bytes())))
    path.unlink()
    with pytest.raises(DatasetError, match=rf'{TRAIN_IMAGES}\.gz is damaged'):
        load_mnist(root)


def test_an_incomplete_copy_is_refused_and_what_it_lacks_is_named(root, servers):
    (raw_folder(root) / TRAIN_IMAGES).unlink()
    with pytest.raises(DatasetError, match=f'expected 4 files .*found no {TRAIN_IMAGES}'):
        load_mnist(root)


def test_swapped_files_are_refused(root):
    """Labels of another length announce themselves; a file under another's name is never read as it."""
    raw = raw_folder(root)
    (raw / 't10k-labels-idx1-ubyte').write_bytes((raw / 'train-labels-idx1-ubyte').read_bytes())
    with pytest.raises(DatasetError, match='t10k-labels-idx1-ubyte is damaged: expected 208 bytes of data, found 308'):
        load_mnist(root)


# The download


def test_a_download_is_kept_complete_with_nothing_beside_it(tmp_path, servers, capsys):
    train, test = load_mnist(tmp_path / 'new')
    assert (train.source, len(train), len(test)) == ('full', 300, 200)
    assert capsys.readouterr().out == ''
    assert sorted(path.name for path in raw_folder(tmp_path / 'new').iterdir()) == sorted(servers.contents)
    assert [path.name for path in (tmp_path / 'new').iterdir()] == ['MNIST']
    assert load_mnist(tmp_path / 'new', 'full', download=False)[0].source == 'full'
    assert socket.getdefaulttimeout() is None


def test_a_damaged_download_is_not_kept(tmp_path, servers, capsys):
    servers.contents = {**servers.contents, TRAIN_IMAGES: truncate(servers.contents[TRAIN_IMAGES])}
    assert load_mnist(tmp_path)[0].source == 'bundled'
    assert 'is damaged' in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert read_mnist_files(tmp_path) is None


@pytest.mark.parametrize('error', [RuntimeError('Error downloading'), TimeoutError('timed out'),
                                   mnist_download.HTTPException('incomplete read')])
def test_a_download_that_breaks_off_leaves_nothing(tmp_path, servers, monkeypatch, error, capsys):
    def break_off(self, root, download):
        raw_folder(root).mkdir(parents=True)
        (raw_folder(root) / TRAIN_IMAGES).write_bytes(b'half')
        raise error
    monkeypatch.setattr(servers, '__init__', break_off)
    assert load_mnist(tmp_path)[0].source == 'bundled'
    assert str(error) in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_no_copy(tmp_path, servers, capsys):
    (tmp_path / 'file').write_text('not a folder')
    assert load_mnist(tmp_path / 'file' / 'folder')[0].source == 'bundled'
    assert 'the download failed' in capsys.readouterr().out


def test_a_silent_network_is_given_up_soon(monkeypatch):
    end = Event()

    def silence(*args, **kwargs):
        end.wait()
        raise TimeoutError

    monkeypatch.setattr(mnist_download, 'urlopen', silence)
    assert not mnist_download.answers('https://example.org/file', seconds=0.05)
    end.set()


def test_what_a_killed_download_left_is_removed_by_the_next_one_and_what_another_writes_is_not(tmp_path, servers):
    abandoned, busy = tmp_path / 'download-abandoned', tmp_path / 'download-busy'
    for folder in (abandoned, busy):
        (folder / 'MNIST').mkdir(parents=True)
        (folder / 'MNIST' / 'half').write_bytes(b'half')
    old = time.time() - 2 * mnist_download.ABANDONED
    for path in (abandoned, *abandoned.rglob('*'), busy):
        os.utime(path, (old, old))
    load_mnist(tmp_path)
    assert not abandoned.exists() and busy.exists()


def test_a_download_is_kept_beside_other_files(tmp_path, servers):
    raw_folder(tmp_path).mkdir(parents=True)
    (raw_folder(tmp_path) / 'notes').write_text('mine')
    assert load_mnist(tmp_path)[0].source == 'full'
    assert (raw_folder(tmp_path) / 'notes').read_text() == 'mine'
    assert load_mnist(tmp_path, 'full', download=False)[0].source == 'full'


# Folders and files that cannot be read


def test_a_file_that_may_not_be_read_is_named(root, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, 'Permission denied')
    monkeypatch.setattr(mnist_files.Path, 'open', refuse)
    with pytest.raises(DatasetError, match=f'{TRAIN_IMAGES} cannot be read: Permission denied'):
        load_mnist(root)
    monkeypatch.setattr(mnist_files.Path, 'is_file', refuse)
    with pytest.raises(DatasetError, match='raw cannot be read: Permission denied'):
        load_mnist(root)


def test_the_home_of_nobody_is_named(monkeypatch):
    monkeypatch.setenv('AIHWLAB_DATA', '~nobody-of-this-name/data')
    with pytest.raises(DatasetError, match="AIHWLAB_DATA = '~nobody-of-this-name/data': there is no such home here"):
        load_mnist(download=False)


@pytest.mark.parametrize('suffix, found', [('', '50,000,000'), ('.gz', '235,217 or more')])
def test_no_more_of_a_file_is_read_than_can_be_right(root, suffix, found):
    """A small compressed file may unpack to gigabytes."""
    path, zeros = raw_folder(root) / TRAIN_IMAGES, bytes(50_000_000)
    path.unlink()
    path.with_name(path.name + suffix).write_bytes(gzip.compress(zeros, 1) if suffix else zeros)
    tracemalloc.start()
    with pytest.raises(DatasetError, match=f'expected 235,216 bytes of data, found {found}'):
        load_mnist(root)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


# The bundled subset


def test_offline_the_bundled_subset_steps_in_and_one_line_says_so(tmp_path, offline, capsys):
    train, test = load_mnist(tmp_path)
    printed = capsys.readouterr().out
    assert printed.count('\n') == 1
    assert 'bundled subset, 6,000 training and 1,000 test images' in printed
    assert str(tmp_path) in printed and 'no answer from the servers' in printed
    assert (train.source, test.source) == ('bundled', 'bundled')
    assert list(tmp_path.iterdir()) == []


def test_the_bundled_subset_can_be_asked_for_whatever_else_there_is(root, capsys):
    train, test = load_mnist(root, 'bundled')
    assert (len(train), len(test)) == (6000, 1000)
    assert train.data.shape == (6000, 28, 28) and train.data.dtype == torch.uint8
    image, label = test[0]
    assert image.shape == (1, 28, 28) and 0 <= label <= 9
    assert capsys.readouterr().out == ''


def test_without_download_nothing_is_asked_of_the_network(tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, 'download_mnist', lambda root: pytest.fail('went to the network'))
    assert load_mnist(tmp_path, download=False)[0].source == 'bundled'


def test_the_full_set_is_never_replaced_in_silence(tmp_path, offline):
    with pytest.raises(DatasetError, match='full MNIST is not available: no copy in .*no answer from the servers'):
        load_mnist(tmp_path, 'full')


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="source = 'subset'.*'full', 'bundled', or None"):
        load_mnist(source='subset')


def test_the_bundled_file_is_small():
    assert SUBSET_FILE.stat().st_size <= 2_000_000


def test_each_digit_keeps_its_share_in_the_subset():
    """One in ten of each digit; the counts of the full set are those of the published files."""
    train = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    test = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    _, train_labels, _, test_labels = read_subset()
    assert np.abs(np.bincount(train_labels) - np.array(train) / 10).max() < 1
    assert np.abs(np.bincount(test_labels) - np.array(test) / 10).max() < 1


def test_the_subset_holds_digits():
    """Mean and standard deviation of the pixels are those known of MNIST, 0.1307 and 0.3081, within 1 %."""
    train_images, _, test_images, _ = read_subset()
    for images in (train_images, test_images):
        assert images.shape[1:] == (28, 28) and images.min() == 0 and images.max() == 255
    assert train_images.mean() / 255 == pytest.approx(0.1307, rel=0.01)
    assert train_images.std() / 255 == pytest.approx(0.3081, rel=0.01)


def test_no_image_is_in_the_subset_twice():
    images = np.concatenate([read_subset()[0], read_subset()[2]])
    assert len({image.tobytes() for image in images}) == len(images)


def test_a_damaged_bundled_file_is_refused(tmp_path, monkeypatch):
    damaged = tmp_path / 'mnist_subset.npy.bz2'
    damaged.write_bytes(truncate(SUBSET_FILE.read_bytes()))
    monkeypatch.setattr(mnist_subset, 'SUBSET_FILE', damaged)
    with pytest.raises(DatasetError, match=r'mnist_subset\.npy\.bz2 is damaged: expected the SHA-256 checksum'):
        load_mnist(source='bundled')


def test_every_tenth_image_of_each_digit_is_chosen_and_keeps_its_label():
    labels = np.tile(np.arange(10, dtype=np.uint8), 30)
    images = np.arange(300)
    chosen_images, chosen_labels = every_tenth(images, labels)
    assert np.bincount(chosen_labels).tolist() == [3] * 10
    assert np.array_equal(labels[chosen_images], chosen_labels)
    assert np.all(np.diff(chosen_images) > 0)


def test_the_script_makes_the_same_file_each_time(root, tmp_path):
    first, again = make_subset(root, tmp_path / 'first'), make_subset(root, tmp_path / 'again')
    assert first == again == (tmp_path / 'first').read_bytes()
    assert len(bz2.decompress(first)) > 30 * 28 * 28


@pytest.mark.slow
def test_the_bundled_file_is_what_the_script_writes_for_its_arrays():
    """The arrays survive packing."""
    arrays = read_subset()
    assert bz2.decompress(pack_subset(arrays)) == bz2.decompress(SUBSET_FILE.read_bytes())


def test_the_script_needs_a_copy(tmp_path):
    with pytest.raises(DatasetError, match='no copy of MNIST in'):
        make_subset(tmp_path, tmp_path / 'subset')


@pytest.mark.parametrize('index', [0, 123, -1])
def test_images_are_those_of_torchvision(index):
    train, _ = load_mnist(source='bundled')
    image, digit = train[index]
    expected, expected_digit = torchvision.datasets.MNIST.__getitem__(train, index)
    assert torch.equal(image, expected) and image.dtype == expected.dtype
    assert digit == expected_digit and type(digit) is type(expected_digit)
    image.zero_()
    assert torch.equal(train[index][0], expected)


def test_other_transforms_get_pil_images():
    train, _ = load_mnist(source='bundled', transform=lambda image: image.size)
    assert train[0][0] == (28, 28)
