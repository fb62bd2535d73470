"""Compilation: the machine code is kept on disk where that is possible, and who has to wait is told so."""

import sys

import numba
from numba.core import event


def jit(function=None, *, parallel=False, inner=False, inline=False):
    """Compile a function by Numba; a decorator.

    Args:
        function: a function of numbers and NumPy arrays.
        parallel: share its `prange` loops among threads.
        inner: only compiled functions call it, so that it needs no entry for Python, which takes long to compile.
        inline: the same, and its code is put where it is called: loops around it can use vector instructions, and it is
            not compiled on its own before.
    """
    if function is None:
        return lambda function: jit(function, parallel=parallel, inner=inner, inline=inline)
    without_entry = inner or inline
    options = dict(parallel=parallel, error_model='numpy', inline='always' if inline else 'never',
                   no_cpython_wrapper=without_entry, no_cfunc_wrapper=without_entry)
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # neither this package's folder nor the user's can be written: compiled anew in every process
        return numba.njit(**options)(function)


class Announcement(event.Listener):
    """Tells once in a process that functions of the kernel are being compiled."""

    made = False

    def on_start(self, started):
        if not self.made and started.data['dispatcher'].py_func.__module__.startswith('aihwlab.'):
            self.made = True
            print('aihwlab: compiling the kernel for this processor. That takes a while, the first time only.',
                  file=sys.stderr, flush=True)

    def on_end(self, ended):
        """Say nothing."""


event.register('numba:compile', Announcement())
