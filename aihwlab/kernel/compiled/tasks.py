"""Loops whose passes are shared among threads: one parallel loop serves all compiled functions.

Numba compiles every parallel loop of its own into several functions, which takes about half a second each, and lets them
take no tuples inside tuples. So there is only one such loop, and it calls the machine code of a task through its address.

Machine code of a task is compiled once and kept on its own. Whatever Numba links into another function it optimises anew.
"""

from functools import cache, partial
from hashlib import blake2b
from importlib import import_module
from typing import Any

import llvmlite.binding
import numba
from llvmlite import ir
from numba import prange, types
from numba.core import cgutils
from numba.extending import intrinsic

from aihwlab.kernel.compiled.compiling import REMEMBERS_TASKS, jit

LOOP = 'aihwlab_loop_of_tasks'
"""The name under which machine code knows the loop."""

INTEGER = ir.IntType(64)
TASK = ir.FunctionType(ir.VoidType(), [INTEGER, INTEGER])


@intrinsic
def _call(typing_context, task, data, number):
    """Call a task by its address, with the address of its data and its number."""
    def code(context, builder, signature, arguments):
        builder.call(builder.inttoptr(arguments[0], TASK.as_pointer()), arguments[1:])
        return context.get_dummy_value()
    return types.void(types.int64, types.int64, types.int64), code


@jit(parallel=True, inner=True)
def _loop(task, data, count):
    for number in prange(count):
        _call(task, data, number)


def _loop_of_tasks(task: int, data: int, count: int) -> None:
    _loop(task, data, count)


@cache
def start() -> Any:
    """Give the loop its name; until then no function that has tasks may be compiled or loaded."""
    numba.set_num_threads(1)  # starts Numba's threads, without which a loop that was kept on disk cannot be loaded
    signature = types.void(types.int64, types.int64, types.int64)
    try:
        loop = numba.cfunc(signature, cache=True)(_loop_of_tasks)
    except RuntimeError:  # no folder can be written
        loop = numba.cfunc(signature)(_loop_of_tasks)
    llvmlite.binding.add_symbol(LOOP, loop.address)
    return loop  # as long as it is remembered here, its machine code lives


def load(module: str, name: str, arguments: Any) -> None:
    """Load the machine code of a task, or compile it, and make it known by its name, by which others call it."""
    task = getattr(import_module(module), name)
    task.compile(arguments)
    compiled = task.overloads[arguments]
    address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    llvmlite.binding.add_symbol(name_of(module, name, arguments), address)


def name_of(module: str, name: str, arguments: Any) -> str:
    """Return the name of a task's machine code for some types, the same in every process: Numba's own names are not."""
    return f'aihwlab_{name}_{blake2b(f"{module}{arguments}".encode(), digest_size=16).hexdigest()}'


def _call_by_name(context, builder, function, signature, arguments):
    """Call the machine code of a task by its name; whoever does is loaded from disk after the task."""
    definition = function.dispatcher.py_func
    place = definition.__module__, definition.__name__, signature.args
    load(*place)
    if REMEMBERS_TASKS:
        context.active_code_library._reload_init.add(partial(load, *place))
    convention = context.call_conv
    task_type = convention.get_function_type(signature.return_type, signature.args)
    task = cgutils.get_or_insert_function(builder.module, task_type, name_of(*place))
    return convention.call_function(builder, task, signature.return_type, signature.args, arguments)


@intrinsic
def call_task(typing_context, function, arguments):
    """Return what a task returns for some arguments, a tuple: an ordinary call, but of code that is kept on its own."""
    of_function = typing_context.resolve_function_type(function, arguments.types, {})

    def code(context, builder, signature, values):
        unpacked = cgutils.unpack_tuple(builder, values[1])
        status, result = _call_by_name(context, builder, function, of_function, unpacked)
        with cgutils.if_unlikely(builder, status.is_error):
            context.call_conv.return_status_propagate(builder, status)
        return result

    return of_function.return_type(function, arguments), code


@intrinsic
def for_each_task(typing_context, function, count, arguments):
    """Call a compiled function once for each number below `count`, on all threads that may be used.

    Args:
        function: a task (`jit(task=True)`), called with its number, int64, and the arguments.
        count: number of tasks, int64.
        arguments: a tuple. Tasks write their results into its arrays, each to places of its own.
    """
    of_function = typing_context.resolve_function_type(function, (types.int64, *arguments.types), {})

    def code(context, builder, signature, values):
        data_type = ir.LiteralStructType([context.get_value_type(arguments), ir.IntType(8)])
        data = cgutils.alloca_once(builder, data_type)
        builder.store(values[2], cgutils.gep_inbounds(builder, data, 0, 0))
        failed = cgutils.gep_inbounds(builder, data, 0, 1)
        builder.store(ir.Constant(ir.IntType(8), 0), failed)

        task = ir.Function(builder.module, TASK, builder.module.get_unique_name('task'))
        task.linkage = 'internal'
        inside = ir.IRBuilder(task.append_basic_block())
        here = inside.inttoptr(task.args[0], data_type.as_pointer())
        unpacked = cgutils.unpack_tuple(inside, inside.load(cgutils.gep_inbounds(inside, here, 0, 0)))
        status, _ = _call_by_name(context, inside, function, of_function, [task.args[1], *unpacked])
        with cgutils.if_unlikely(inside, status.is_error):
            inside.store(ir.Constant(ir.IntType(8), 1), cgutils.gep_inbounds(inside, here, 0, 1))
        inside.ret_void()

        loop_type = ir.FunctionType(ir.VoidType(), [INTEGER, INTEGER, INTEGER])
        loop = cgutils.get_or_insert_function(builder.module, loop_type, LOOP)
        builder.call(loop, [builder.ptrtoint(task, INTEGER), builder.ptrtoint(data, INTEGER), values[1]])
        with cgutils.if_unlikely(builder, builder.trunc(builder.load(failed), ir.IntType(1))):
            context.call_conv.return_user_exc(builder, IndexError, ('an index is out of range, in a task',))
        return context.get_dummy_value()

    return types.void(function, types.int64, arguments), code
