"""The statements that an exercise needs of a notebook."""

from aihwlab.teaching.needed import needed

CELLS = ['%pip install this', 'import numpy as np\nfrom a import b as c, d', 'x, y = np.ones(2)\nz = 3',
         'def f():\n    return g() + x', 'def g():\n    return c', 'x = 5\nprint(x)']


def test_only_what_is_used_is_taken_in_the_order_of_the_notebook():
    assert needed(CELLS, ['assert f()']) == ['from a import b as c, d', 'def f():\n    return g() + x',
                                             'def g():\n    return c', 'x = 5']


def test_one_name_of_several_brings_the_statement():
    assert needed(CELLS, ['y']) == ['import numpy as np', 'x, y = np.ones(2)']


def test_what_belongs_to_a_function_is_not_taken_from_the_notebook():
    assert needed(CELLS, ['def h(x):\n    z = x\n    return z + y']) == ['import numpy as np', 'x, y = np.ones(2)']


def test_what_is_given_is_not_taken_either():
    assert needed(CELLS, ['f()'], given=['x', 'g']) == ['def f():\n    return g() + x']


def test_what_nobody_defines_is_left_to_the_program():
    assert needed(CELLS, ['answer + len("")']) == []
