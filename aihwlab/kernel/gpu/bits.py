"""Machine instructions of a GPU, twins of `aihwlab.kernel.compiled.bits`, and products that are rounded on their own."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import config, types

SIMULATED = bool(config.ENABLE_CUDASIM)
"""Whether Numba's simulator takes the place of a GPU."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""NumPy's functions of numbers that Numba has under other names only on a GPU, by NumPy's name."""

if SIMULATED:
    product, nearest_integer = operator.mul, np.rint

    def float_bits(value):
        """Return the bits of a float32 as uint32."""
        return np.float32(value).view(np.uint32)

    def bits_float(value):
        """Return the float32 that has the bits of a uint32."""
        return np.uint32(value).view(np.float32)

    def lowest_bit(value):
        """Return the position of the lowest set bit of a uint64 that is not zero."""
        return np.uint64((int(value) & -int(value)).bit_length() - 1)

    def count_bits(value):
        """Return the number of set bits of a uint64."""
        return np.uint64(int(value).bit_count())
else:
    from llvmlite import ir
    from numba.cuda import jit
    from numba.cuda.extending import intrinsic
    from numba.cuda.libdevice import ceilf, floorf, truncf
    from numba.cuda.libdevice import rintf as nearest_integer

    ROUNDED_PRODUCTS = {types.float32: ('llvm.nvvm.mul.rn.f', ir.FloatType()),
                        types.float64: ('llvm.nvvm.mul.rn.d', ir.DoubleType())}

    @intrinsic
    def product(typing_context, first, second):
        """Return a product; that of two floating-point numbers is rounded, and never fused with a sum."""
        signature = typing_context.resolve_function_type(operator.mul, (first, second), {})

        def code(context, builder, signature, arguments):
            if signature.return_type not in ROUNDED_PRODUCTS:
                return context.get_function(operator.mul, signature)(builder, arguments)
            name, number = ROUNDED_PRODUCTS[signature.return_type]
            function = builder.module.declare_intrinsic(name, [], ir.FunctionType(number, [number, number]))
            factors = [context.cast(builder, argument, of_argument, signature.return_type)
                       for argument, of_argument in zip(arguments, signature.args)]
            return builder.call(function, factors)
        return signature, code

    @intrinsic
    def float_bits(typing_context, value):
        """Return the bits of a float32 as uint32."""
        def code(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], ir.IntType(32))
        return types.uint32(types.float32), code

    @intrinsic
    def bits_float(typing_context, value):
        """Return the float32 that has the bits of a uint32."""
        def code(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], ir.FloatType())
        return types.float32(types.uint32), code

    @intrinsic
    def lowest_bit(typing_context, value):
        """Return the position of the lowest set bit of a uint64 that is not zero."""
        def code(context, builder, signature, arguments):
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return types.uint64(types.uint64), code

    @intrinsic
    def count_bits(typing_context, value):
        """Return the number of set bits of a uint64."""
        def code(context, builder, signature, arguments):
            return builder.ctpop(arguments[0])
        return types.uint64(types.uint64), code

    @jit(device=True)
    def power(base, exponent):
        """Return a power."""
        return base ** exponent

    FUNCTIONS |= {'abs': abs, 'absolute': abs, 'ceil': ceilf, 'exp': math.exp, 'expm1': math.expm1, 'floor': floorf,
                  'log1p': math.log1p, 'power': power, 'rint': nearest_integer, 'sqrt': math.sqrt, 'trunc': truncf}
