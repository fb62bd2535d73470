"""Arrays for compiled functions: their length, type and, where it is promised, their zeros."""

import numpy as np
import pytest

from aihwlab.kernel.compiled import memory
from aihwlab.kernel.compiled.compiling import jit

MAKERS = {'floats': (np.float32, False), 'zeros': (np.float32, True), 'integers': (np.int64, True),
          'words_of_64': (np.uint64, False), 'words_of_32': (np.uint32, True), 'words_of_16': (np.uint16, False)}


@pytest.mark.parametrize('name', MAKERS)
@pytest.mark.parametrize('count', [0, 7, np.uint64(7)])
def test_an_array_has_the_length_and_the_type(name, count):
    make, (dtype, is_zero) = getattr(memory, name), MAKERS[name]
    array = jit(lambda count: make(count))(count)
    assert array.dtype == dtype and len(array) == count and (not is_zero or (array == 0).all())


def test_the_total_is_the_sum():
    total = jit(lambda numbers: memory.total(numbers))
    assert total(np.arange(10)) == 45 and total(np.empty(0, dtype=np.int64)) == 0
