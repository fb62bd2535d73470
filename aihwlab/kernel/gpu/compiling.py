"""Compilation for a GPU: kernels, and functions of the processor that are translated for it.

A GPU fuses a product and a sum into one instruction with one rounding, unless it is told not to. Results would then differ
from those of a processor in their last bits, and random numbers as well. Numba cannot be told, so that here each product of a
translated function becomes a call of `bits.product`, which is rounded on its own.
"""

import ast
import inspect
import warnings
from collections.abc import Callable
from functools import cache, lru_cache
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from numba import cuda
from numba.core.registry import CPUDispatcher

from aihwlab.kernel.compiled import bits as bits_of_processor
from aihwlab.kernel.gpu import bits
from aihwlab.kernel.namespace import Array, array_namespace

THREADS = 16 if bits.SIMULATED else 128
"""Threads of a block. They share nothing, so that only speed depends on it."""

INSTRUCTIONS = {getattr(bits_of_processor, name): getattr(bits, name)
                for name in ('float_bits', 'bits_float', 'nearest_integer', 'lowest_bit', 'count_bits')}
"""The twin of each machine instruction that functions of the processor use."""


class Translation(ast.NodeTransformer):
    """Turns products into calls of `_product`, and NumPy's functions into those of the GPU where Numba has none for it.

    Args:
        names: what the names in a function stand for; grows by those that are needed.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        names['_product'] = bits.product

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return product_of(node.left, node.right, node) if isinstance(node.op, ast.Mult) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Mult):
            return node
        before = ast.parse(ast.unparse(node.target), mode='eval').body
        return ast.copy_location(ast.Assign([node.target], product_of(before, node.value, node)), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not (isinstance(node.value, ast.Name) and self.names.get(node.value.id) is np and node.attr in bits.FUNCTIONS):
            return node
        self.names[f'_{node.attr}'] = bits.FUNCTIONS[node.attr]
        return ast.copy_location(ast.Name(f'_{node.attr}', ast.Load()), node)


def product_of(left: ast.expr, right: ast.expr, place: ast.AST) -> ast.expr:
    """Return the call of `_product` for two factors."""
    return ast.copy_location(ast.Call(ast.Name('_product', ast.Load()), [left, right], []), place)


def translated(function: Callable[..., Any], **given: Any) -> Callable[..., Any]:
    """Return a function as a GPU computes it, not yet compiled.

    Args:
        function: a function of numbers, arrays and named tuples; functions compiled for the processor that it calls are
            translated, too.
        given: what further names in it stand for.

    Raises:
        TypeError: for what is no function with a `def` whose source is there, such as a lambda.
    """
    try:
        definition: Any = ast.parse(dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError) as error:
        raise TypeError(f'{function.__qualname__}: its source cannot be read, so that it cannot be translated') from error
    if not isinstance(definition, ast.FunctionDef) or definition.name != function.__name__:
        raise TypeError(f'{function.__qualname__}: only a function with a def can be translated')
    ast.increment_lineno(definition, function.__code__.co_firstlineno - 1)
    names = {**function.__globals__, **inspect.getclosurevars(function).nonlocals, **given}
    definition.decorator_list = []
    tree = ast.fix_missing_locations(Translation(names).visit(ast.Module([definition], [])))
    codes: Any = compile(tree, function.__code__.co_filename, 'exec').co_consts
    code = next(each for each in codes if isinstance(each, CodeType) and each.co_name == function.__name__)
    names = {name: on_gpu(names[name]) for name in code.co_names if name in names}
    result = FunctionType(code, {**names, '__name__': function.__module__}, function.__name__, function.__defaults__)
    result.__module__ = function.__module__
    return result


def on_gpu(value: Any) -> Any:
    """Return what a name stands for on a GPU."""
    if isinstance(value, CPUDispatcher):
        return device(value)
    return INSTRUCTIONS.get(value, value) if callable(value) else value


def device(function: Callable[..., Any], **given: Any) -> Any:
    """Translate a function that threads of a GPU call, also a compiled one; a decorator. See `translated` for arguments."""
    return _device(getattr(function, 'py_func', function), tuple(given.items()))


@cache
def _device(function: Callable[..., Any], given: tuple[tuple[str, Any], ...]) -> Any:
    result = translated(function, **dict(given))
    return result if bits.SIMULATED else cuda.jit(device=True)(result)


@cache
def reader(planes: Any) -> Any:
    """Return the function (planes, e) of threads that reads a named tuple of arrays at one place: a tuple of its class."""
    parts = ', '.join(f'planes.{name}[e]' for name in planes._fields)
    codes: Any = compile(f'def at(planes, e): return Planes({parts})', f'<{planes.__name__}>', 'exec').co_consts
    at = FunctionType(codes[0], {'Planes': planes}, 'at')
    return at if bits.SIMULATED else cuda.jit(device=True)(at)


def kernel(function: Callable[..., Any], **given: Any) -> Any:
    """Translate a function that each thread of a GPU runs, see `launch`; a decorator."""
    return cuda.jit(translated(function, **given))


def launch(compiled: Any, threads: int, *arguments: Any) -> None:
    """Run a kernel in so many threads or a few more, on CuPy's current stream, without waiting for it.

    Args:
        compiled: what `kernel` returned.
        threads: number of threads.
        arguments: numbers, arrays, and tuples of these.
    """
    if threads > 0 and bits.SIMULATED:
        compiled[-(-threads // THREADS), THREADS](*arguments)
    elif threads > 0:
        configured(compiled, -(-threads // THREADS), current_stream())(*map(as_argument, arguments))


@lru_cache(maxsize=1024)
def configured(compiled: Any, blocks: int, stream: Any) -> Any:
    """Return a kernel for a number of blocks and a stream."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Grid size')  # small layers make small grids
        return compiled[blocks, THREADS, stream]


def as_argument(value: Any) -> Any:
    """Return an argument of a kernel: arrays of CuPy as those of Numba, in the same memory.

    Both use one stream, so that nobody has to wait until an array is written.
    """
    if isinstance(value, tuple):
        parts = map(as_argument, value)
        return type(value)(*parts) if hasattr(value, '_fields') else tuple(parts)
    is_ready = bits.SIMULATED or not getattr(value, 'ndim', 0) or getattr(value, '__cuda_ndarray__', False)
    return value if is_ready else cuda.as_cuda_array(value, sync=False)


def current_stream() -> Any:
    """Return CuPy's current stream for Numba."""
    import cupy
    return _stream(cupy.cuda.get_current_stream().ptr)


@cache
def _stream(pointer: int) -> Any:
    return cuda.external_stream(pointer) if pointer else 0


def flat(array: Array) -> Array:
    """Return an array as kernels read it: all numbers in one row."""
    return array_namespace(array).ascontiguousarray(array).reshape(-1)
