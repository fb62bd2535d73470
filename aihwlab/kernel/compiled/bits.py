"""Machine instructions that Numba has no name for: the bits of a float, rounding half to even, the bits of a word."""

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

WORD_BITS = 64
BITS_SET = bytes(([bit for bit in range(8) if byte >> bit & 1] + [0] * 8)[k] for byte in range(256) for k in range(8))
"""The positions of the bits that are set in each byte, from the lowest on, filled up to eight."""

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


@intrinsic
def write_pulses_of_8(typing_context, pulses, start, first, coincident, upwards):
    """Write a word to `pulses[start:]`, uint64, for each bit that is set in the lower byte of `coincident`: `first` and its
    position, and in the uppermost bit of the word that of `upwards`.

    Eight words are always written: one after the other, they would cost a jump that no processor can foresee.
    """
    def code(context, builder, signature, arguments):
        word, lanes = ir.IntType(64), ir.VectorType(ir.IntType(64), 8)
        table = context.insert_const_bytes(builder.module, BITS_SET)
        row = builder.gep(table, [builder.shl(builder.and_(arguments[3], word(255)), word(3))])
        positions = builder.load(builder.bitcast(row, ir.VectorType(ir.IntType(8), 8).as_pointer()))
        positions.align = 1
        lines = builder.zext(positions, lanes)
        sign = builder.shl(builder.lshr(_in_all(builder, arguments[4], lanes), lines), ir.Constant(lanes, [63] * 8))
        written = builder.or_(sign, builder.add(_in_all(builder, arguments[2], lanes), lines))
        data = builder.gep(context.make_array(signature.args[0])(context, builder, arguments[0]).data, [arguments[1]])
        builder.store(written, builder.bitcast(data, lanes.as_pointer()), align=8)
        return context.get_dummy_value()
    return types.void(pulses, types.uint64, types.uint64, types.uint64, types.uint64), code


def _in_all(builder, value, lanes):
    """Return a vector with the same number in all lanes."""
    nothing, first = ir.Constant(lanes, ir.Undefined), ir.IntType(32)(0)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), None)
    return builder.shuffle_vector(builder.insert_element(nothing, value, first), nothing, zeros)


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
