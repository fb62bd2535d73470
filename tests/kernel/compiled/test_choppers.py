"""Compiled choppers are those of the reference, bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aihwlab.kernel import choppers as reference
from aihwlab.kernel.choppers import Switches
from aihwlab.kernel.compiled import choppers
from aihwlab.kernel.patches import gather
from tests.kernel.helpers import numbers
from tests.kernel.strategies import few_examples, patches, seeds, vectors


@given(st.one_of(vectors(), patches()), seeds, st.integers(0, 30))
@few_examples
def test_signs_are_equal_and_the_vectors_stay_as_they_are(x, seed, changes):
    batch, lines, positions = x.shape
    rng, before = np.random.default_rng(seed), gather(x).copy()
    switches = Switches(np.sign(numbers(seed, (lines,)) + 0.1), np.sort(rng.integers(1, batch * positions + 1, changes)),
                        rng.integers(0, lines, changes))
    found = [gather(stage.chop(x, switches)) for stage in (reference, choppers)]
    np.testing.assert_array_equal(*found)
    np.testing.assert_array_equal(gather(x), before)
