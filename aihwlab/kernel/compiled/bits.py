"""Machine instructions that Numba has no name for: the bits of a float, rounding half to even, the set bits of a word."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


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
def nearest_integer(typing_context, value):
    """Round a float32 to the nearest integer, half to even, as one vector instruction."""
    def code(context, builder, signature, arguments):
        function = builder.module.declare_intrinsic('llvm.nearbyint', [ir.FloatType()])
        return builder.call(function, arguments)
    return types.float32(types.float32), code


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
