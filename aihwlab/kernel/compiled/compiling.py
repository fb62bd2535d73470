"""Compilation: the machine code is kept on disk where that is possible, and who has to wait is told so."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import numba
from numba import types
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.codegen import JITCodeLibrary

SOURCES = crc32(b''.join(path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob('*.py'))))
"""Changes with any file of the kernel. Numba alone compares the date of the one file that a function stands in, although
its machine code holds that of others."""

REMEMBERS_TASKS = any('_reload_init' in cls.__init__.__code__.co_names for cls in JITCodeLibrary.__mro__[:-1])
"""Whether machine code that is kept can say what must be loaded before it: the tasks that it calls. Where Numba is too old for
that, as in some notebooks on the web, nothing is kept, and every process compiles anew.
"""


def jit(function: Callable[..., Any] | None = None, *, inner: bool = False, inline: bool = False, embedded: bool = False,
        task: bool = False, contract: bool = False, reorder: bool = False, parallel: bool = False) -> Any:
    """Compile a function by Numba and keep its machine code on disk; a decorator.

    Args:
        function: a function of numbers, NumPy arrays, and named tuples of these.
        inner: only compiled functions call it. So it needs no entry for Python, which takes long to compile, and its code
            is kept as a part of theirs.
        inline: the same, and its code is put where it is called: loops around it can use vector instructions, and it is
            not compiled on its own before.
        embedded: the same as `inner`, and its machine code is put where it is called: arrays that it reads are not counted
            as used at each call.
        task: only `for_each_task` and `call_task` of `aihwlab.kernel.compiled.tasks` call it. Its code is kept on its own.
        contract: let a product and a sum be one instruction, with one rounding. Results then depend on the processor.
        reorder: the same, and let sums be added up in any order, which vector instructions need.
        parallel: share its `prange` loops among threads. One function does this, for all tasks.
    """
    if function is None:
        return lambda function: jit(function, inner=inner, inline=inline, embedded=embedded, task=task, contract=contract,
                                    reorder=reorder, parallel=parallel)
    is_part = inner or inline or embedded
    fast = {'contract', 'reassoc'} if reorder else {'contract'} if contract else False
    compiled = numba.njit(parallel=parallel, error_model='numpy', inline='always' if inline else 'never',
                          forceinline=embedded, fastmath=fast,
                          no_cpython_wrapper=is_part or task, no_cfunc_wrapper=is_part or task)(function)
    if not is_part:
        with suppress(RuntimeError):  # no folder can be written: compiled anew in every process
            compiled._cache = MachineCode(function)
    return compiled


class Bound:
    """A compiled function that is called with arguments of the same types again and again: those of the first call.

    Numba finds out the types at each call, which takes it 4 us for a product and 11 us for an update. Here that is done once,
    so the caller has to see to it that they stay the same, contiguous arrays contiguous, too.

    Attributes:
        call: calls the function.
    """

    def __init__(self, function: Any) -> None:
        self.function, self.call = function, self._first_call

    def _first_call(self, *arguments: Any) -> Any:
        result = self.function(*arguments)
        self.call = self.function.get_overload(tuple(map(self.function.typeof_pyval, arguments)))
        return result


class MachineCode(FunctionCache):
    """The machine code of a function on disk, that for the laws of this package only.

    That for a law of a user's own would stand in the way of programs that do not know it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._version = f'{numba.__version__} {SOURCES:08x}'  # another one makes Numba forget the file, unread

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the code for a signature."""
        if REMEMBERS_TASKS and all(is_known(of_argument) for of_argument in compiled.signature.args):
            super().save_overload(signature, compiled)


def is_known(numba_type: Any) -> bool:
    """Return whether a type, with all types that it is made of, belongs to this package or to Numba."""
    of_class = getattr(numba_type, 'instance_class', None)
    if of_class is not None and not of_class.__module__.startswith('aihwlab.'):
        return False
    parts = getattr(numba_type, 'types', ()) if isinstance(numba_type, types.BaseTuple) else ()
    return all(is_known(part) for part in parts)


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
