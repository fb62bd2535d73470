"""Random streams: the cipher's published answers, independence, and moments."""

import numpy as np
import pytest

from aihwlab.kernel import random
from aihwlab.kernel.devices.device_array import build_device_array
from aihwlab.kernel.random import Purpose, Stream
from aihwlab.simulator.configs.devices import ConstantStepDevice
from tests.kernel.helpers import FAMILY, STREAM


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


def test_children_draw_words_that_no_other_relative_draws():
    words = [random.words(stream, purpose, 4096, series) for stream in FAMILY for purpose in (Purpose.RESET, Purpose.DRIFT)
             for series in (0, 1)]
    first = {int(drawn[0]) | int(drawn[1]) << 32 for drawn in words}
    assert len(first) == len(words)
    assert len({tuple(stream.address(purpose, series)) for stream in FAMILY for purpose in Purpose for series in (0, 1)}) \
        == 2 * len(FAMILY) * len(Purpose)


def test_children_are_independent_of_each_other():
    normals = [random.normals(stream, Purpose.CONSTRUCTION, 20_000) for stream in FAMILY]
    correlation = np.corrcoef(normals) - np.eye(len(FAMILY))
    assert np.abs(correlation).max() < 4.5 / np.sqrt(20_000)


def test_arrays_with_children_of_one_stream_have_devices_of_their_own():
    arrays = [build_device_array(ConstantStepDevice(), (20, 30), STREAM.child(part)) for part in (0, 1, 0)]
    assert (arrays[0].upper == arrays[2].upper).all()
    assert abs(np.corrcoef(arrays[0].upper, arrays[1].upper)[0, 1]) < 4.5 / np.sqrt(600)


@pytest.mark.parametrize('wrong', [lambda: STREAM.child(-1), lambda: STREAM.child(255),
                                   lambda: STREAM.child(0).child(0).child(0).child(0)])
def test_there_are_255_children_in_three_generations(wrong):
    with pytest.raises(ValueError, match='part = |path = '):
        wrong()


def test_occasions_have_streams_of_their_own_and_children():
    streams = [STREAM, *(stream for number in (0, 1, 70_000) for occasion in (STREAM.occasion(number),)
                         for stream in (occasion, occasion.child(0)))]
    drawn = [random.normals(stream, Purpose.RESET, 20_000) for stream in streams]
    assert np.abs(np.corrcoef(drawn) - np.eye(len(drawn))).max() < 4.5 / np.sqrt(20_000)
    assert STREAM.occasion(5) == STREAM.occasion(5) and STREAM.occasion(5).operation == STREAM.operation


def test_a_tile_never_repeats_itself():
    """Operations are counted beyond 32 bits: then the key of the cipher changes."""
    early, late = (random.words(Stream(5, operation), Purpose.RESET, 100) for operation in (3, 3 + 2 ** 32))
    assert (early != late).mean() > 0.99
