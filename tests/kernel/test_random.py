"""Random streams: the cipher's published answers, independence, moments, and equality of reference and compiled version."""

import numpy as np
import pytest

from aihwlab.kernel import random
from aihwlab.kernel.random import Purpose, Stream

STREAM = Stream(seed=0x9E3779B97F4A7C15, operation=41)


@pytest.mark.parametrize('counter, key, answer', [
    ((0, 0, 0, 0), 0, '6627e8d5 e169c58d bc57ac4c 9b00dbd8'),
    ((0xFFFFFFFF,) * 4, 0xFFFFFFFFFFFFFFFF, '408f276d 41c83b0e a20bc7c6 6d5451fd'),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), 0x299F31D0A4093822, 'd16cfe09 94fdcceb 5001e420 24126ea1'),
])
def test_philox_gives_the_known_answers_of_its_authors(counter, key, answer):
    assert ' '.join(f'{int(word):08x}' for word in random.philox(counter[0], random.Address(*counter[1:], key))) == answer


def test_a_selection_of_draws_is_the_same_as_in_the_whole():
    draws = np.array([0, 1, 15, 16, 63, 64, 700, 999])
    assert (random.normals(STREAM, Purpose.OUTPUT_NOISE, 1000, 3)[draws]
            == random.normals_at(STREAM, Purpose.OUTPUT_NOISE, draws, 3)).all()
    assert (random.words(STREAM, Purpose.OUTPUT_NOISE, 1000, 3)[draws]
            == random.words_at(STREAM, Purpose.OUTPUT_NOISE, draws, 3)).all()


def test_a_longer_array_begins_with_the_shorter_one():
    assert (random.normals(STREAM, Purpose.DRIFT, 70) == random.normals(STREAM, Purpose.DRIFT, 1000)[:70]).all()


@pytest.mark.parametrize('other', [
    dict(stream=Stream(STREAM.seed + 1, STREAM.operation)), dict(stream=Stream(STREAM.seed, STREAM.operation + 1)),
    dict(purpose=Purpose.INPUT_NOISE), dict(series=1), dict(stream=Stream(STREAM.seed ^ 1 << 63, STREAM.operation)),
])
def test_every_part_of_the_address_gives_an_independent_stream(other):
    address = dict(stream=STREAM, purpose=Purpose.OUTPUT_NOISE, series=0)
    first = random.normals(count=20000, **address)
    second = random.normals(count=20000, **{**address, **other})
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.5 / np.sqrt(20000)


def test_moments_of_normal_numbers():
    n = 400_000
    z = random.normals(STREAM, Purpose.OUTPUT_NOISE, n).astype(float)
    for power, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z ** power).mean() - expected) < 4.5 * np.sqrt(variance / n)
    assert np.abs(z).max() < 6.7
    neighbours = np.corrcoef(z[:-1], z[1:])[0, 1]
    assert abs(neighbours) < 4.5 / np.sqrt(n)


def test_distribution_of_normal_numbers():
    from scipy.stats import kstest
    z = random.normals(STREAM, Purpose.RESET, 100_000)
    assert kstest(z, 'norm').pvalue > 1e-4


def test_extreme_words_give_finite_numbers():
    u = np.array([0, 1, 2 ** 32 - 1, 2 ** 31], dtype=np.uint32)
    for z in random.box_muller(u, u[::-1].copy()):
        assert np.isfinite(z).all()


def test_uniform_numbers_are_below_one():
    u = random.uniforms(STREAM, Purpose.RESET, 100_000)
    assert u.min() >= 0 and u.max() < 1
    assert abs(u.mean() - 0.5) < 4.5 * np.sqrt(1 / 12 / 100_000)


@pytest.mark.parametrize('count', [1, 63, 64, 65, 5000])
def test_compiled_numbers_have_the_same_bits(count):
    compiled = pytest.importorskip('aihwlab.kernel.compiled.random')
    expected = random.normals(STREAM, Purpose.OUTPUT_NOISE, count, 7)
    assert (compiled.normals(STREAM, Purpose.OUTPUT_NOISE, count, 7).view(np.uint32) == expected.view(np.uint32)).all()
    assert (compiled.words(STREAM, Purpose.RESET, count, 7) == random.words(STREAM, Purpose.RESET, count, 7)).all()


def test_compiled_numbers_do_not_depend_on_the_number_of_threads():
    compiled = pytest.importorskip('aihwlab.kernel.compiled.threads')
    from aihwlab.kernel.compiled.random import normals
    results = []
    for threads in (1, 2):
        compiled.use_threads(threads)
        results.append(normals(STREAM, Purpose.OUTPUT_NOISE, 100_000))
    assert (results[0] == results[1]).all()
