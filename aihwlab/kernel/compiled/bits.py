"""Machine instructions that Numba has no name for: the bits of a float, rounding half to even, the bits of a word."""

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

WORD_BITS = 64
IS_WIDE = llvmlite.binding.get_host_cpu_features().get('avx512vbmi')
"""Whether the processor computes with 512 bits as fast as with 256: those of Intel since 2019, of AMD since 2022."""


@intrinsic
def allow_wide_vectors(typing_context):
    """Let the loops of a function use vectors of 512 bits, which LLVM leaves unused because of processors before 2019."""
    def code(context, builder, signature, arguments):
        if IS_WIDE:
            set.add(builder.function.attributes, '"prefer-vector-width"="512"')  # llvmlite has no name for it
        return context.get_dummy_value()
    return types.void(), code


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


@intrinsic
def below_64(typing_context, numbers, first, limits, start):
    """Return a word with the bits `numbers[first + j] < limits[start + j]`, j = 0 to 63, of two uint16 arrays."""
    return types.uint64(numbers, types.uint64, limits, types.uint64), _comparison('<')


@intrinsic
def equal_64(typing_context, numbers, first, limits, start):
    """Return a word with the bits `numbers[first + j] == limits[start + j]`, j = 0 to 63, of two uint16 arrays."""
    return types.uint64(numbers, types.uint64, limits, types.uint64), _comparison('==')


@intrinsic
def signs_64(typing_context, values, start):
    """Return a word with the sign bits of `values[start + j]`, j = 0 to 63, of a float32 array."""
    def code(context, builder, signature, arguments):
        vector = _load_64(context, builder, signature.args[0], arguments[0], arguments[1])
        zero = ir.Constant(vector.type, [0] * WORD_BITS)
        return builder.bitcast(builder.icmp_signed('<', vector, zero), ir.IntType(WORD_BITS))
    return types.uint64(values, types.uint64), code


def _comparison(operator):
    def code(context, builder, signature, arguments):
        number = _load_64(context, builder, signature.args[0], arguments[0], arguments[1])
        limit = _load_64(context, builder, signature.args[2], arguments[2], arguments[3])
        return builder.bitcast(builder.icmp_unsigned(operator, number, limit), ir.IntType(WORD_BITS))
    return code


def _load_64(context, builder, array_type, array, start):
    """Load 64 neighbouring elements of an array as one vector of integers."""
    bits = array_type.dtype.bitwidth
    data = context.make_array(array_type)(context, builder, array).data
    vector = ir.VectorType(ir.IntType(bits), WORD_BITS)
    loaded = builder.load(builder.bitcast(builder.gep(data, [start]), vector.as_pointer()))
    loaded.align = bits // 8
    return loaded
