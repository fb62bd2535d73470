"""Compilation: the machine code is kept on disk where that is possible, and who has to wait is told so."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import numba
from numba.core import event

LAWS = 'aihwlab.kernel.laws.'
"""Where the laws are whose machine code is kept."""

SOURCES = crc32(b''.join(path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob('*.py'))))
"""Changes with any file of the kernel. Numba alone compares the date of the one file that a function stands in, although
its machine code holds that of others."""


def jit(function: Callable[..., Any] | None = None, *, parallel: bool = False, inner: bool = False, inline: bool = False,
        contract: bool = False, keep: bool = True) -> Any:
    """Compile a function by Numba; a decorator.

    Args:
        function: a function of numbers, NumPy arrays, and named tuples of these.
        parallel: share its `prange` loops among threads.
        inner: only compiled functions call it. So it needs no entry for Python, which takes long to compile, and its code
            is kept as a part of theirs.
        inline: the same, and its code is put where it is called: loops around it can use vector instructions, and it is
            not compiled on its own before.
        contract: let a product and a sum be one instruction, with one rounding. Results then depend on the processor.
        keep: keep the machine code on disk.
    """
    if function is None:
        return lambda function: jit(function, parallel=parallel, inner=inner, inline=inline, contract=contract, keep=keep)
    without_entry = inner or inline
    options = dict(parallel=parallel, error_model='numpy', inline='always' if inline else 'never', fastmath={'contract'} if contract else False,
                   no_cpython_wrapper=without_entry, no_cfunc_wrapper=without_entry)
    if without_entry or not keep:
        return numba.njit(**options)(function)
    return keep_on_disk(lambda **kept: numba.njit(**options, **kept)(function))


def keep_on_disk(compiled: Callable[..., Any]) -> Any:
    """Return a function that Numba compiles, with its machine code kept on disk where that is possible.

    Args:
        compiled: makes it, with the keyword `cache`.
    """
    try:
        function = compiled(cache=True)
    except RuntimeError:  # neither this package's folder nor the user's can be written: compiled anew in every process
        return compiled(cache=False)
    index = getattr(function._cache, '_cache_file', None)
    if index is not None:
        index._version = f'{numba.__version__} {SOURCES:08x}'  # another one makes Numba forget the file, unread
    return function


def is_of_package(law_part: Any) -> bool:
    """Return whether a step, or a class of planes, belongs to a law of this package."""
    return (law_part.__module__ or '').startswith(LAWS)


class ForLaws:
    """A function of devices, first of their planes, compiled for each law that their steps follow.

    The machine code of the package's laws is kept on disk. A law of a user's own is compiled in every process: on disk, it
    would stand in the way of programs that do not know it.
    """

    def __init__(self, function: Callable[..., Any], parallel: bool) -> None:
        self.kept, self.unkept = (jit(function, parallel=parallel, keep=keep) for keep in (True, False))

    def __call__(self, planes: Any, *arguments: Any) -> Any:
        return (self.kept if is_of_package(type(planes)) else self.unkept)(planes, *arguments)


def jit_for_laws(*, parallel: bool = False) -> Callable[[Callable[..., Any]], ForLaws]:
    """Compile a function of devices for each law; a decorator."""
    return lambda function: ForLaws(function, parallel)


class Announcement(event.Listener):
    """Tells once in a process that functions of the kernel are being compiled."""

    made = False

    def on_start(self, started: Any) -> None:
        """Say so when the first function of this package is compiled."""
        if not self.made and started.data['dispatcher'].py_func.__module__.startswith('aihwlab.'):
            self.made = True
            print('aihwlab: compiling the kernel for this processor. That takes a while, the first time only.',
                  file=sys.stderr, flush=True)

    def on_end(self, ended: Any) -> None:
        """Say nothing."""


event.register('numba:compile', Announcement())
