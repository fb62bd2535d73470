"""Sums of products that stay in the registers of the processor: some rows of a matrix times 16 positions.

What limits a product of small matrices is neither their size nor their memory but how often sums are written and read again. A
strip of 16 positions and a few rows needs as many sums as there are registers to hold them, and each is written once for every
512 input lines (K. Goto and R. van de Geijn, ACM Transactions on Mathematical Software 34, 12 (2008), doi
10.1145/1356052.1356053). Loops of Numba do not keep them there, so this one is put together by instructions.
"""

from typing import Any, NamedTuple

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

WIDTH = np.uint64(16)
"""Positions of a strip: one vector of AVX-512, two of AVX2, four of most other processors."""

ROWS = np.uint64(8 if llvmlite.binding.get_host_cpu_features().get('avx512f') else 4)
"""Rows whose sums fill eight registers of AVX-512 or AVX2: as many as it takes until the first sum is ready again."""

VECTOR, INDEX = ir.VectorType(ir.FloatType(), int(WIDTH)), ir.IntType(64)
TOGETHER = ('contract',)
"""A product and a sum may be one instruction, with one rounding."""


class Strip(NamedTuple):
    """Which part of a product is computed at once: its first row, how many rows, its first position, which input lines."""

    row: Any
    rows: Any
    position: Any
    first_line: Any
    last_line: Any


@intrinsic
def multiply_strip(typing_context, matrix, voltage, current, positions, strip):
    """Write some rows of the product of a `Matrix` and voltages [in, positions] at 16 positions to currents [out, positions].

    Behind the first input lines, the sums of the lines before are in the currents, and are gone on with. All numbers are
    unsigned integers of 64 bits; there are up to `ROWS` rows, and 16 positions that exist.
    """
    def code(context, builder, signature, arguments):
        def start_of(numba_type, array):
            return context.make_array(numba_type)(context, builder, array).data

        def sixteen(pointer, index):
            return builder.bitcast(builder.gep(pointer, [index]), VECTOR.as_pointer())

        values, _, _, row_step, line_step = cgutils.unpack_tuple(builder, arguments[0])
        row, rows, position, first_line, last_line = cgutils.unpack_tuple(builder, arguments[4])
        weights = start_of(signature.args[0].types[0], values)
        inputs, outputs = (start_of(*pair) for pair in zip(signature.args[1:3], arguments[1:3]))
        all_positions = arguments[3]
        numbers = [ir.Constant(INDEX, number) for number in range(int(ROWS))]
        exists = [builder.icmp_unsigned('<', number, rows) for number in numbers]
        of_rows = [builder.mul(builder.add(row, builder.select(there, number, numbers[0])), row_step)
                   for there, number in zip(exists, numbers)]  # rows that do not exist repeat the first one
        sums = [cgutils.alloca_once(builder, VECTOR) for _ in numbers]
        for total in sums:
            builder.store(ir.Constant(VECTOR, None), total)
        with cgutils.for_range(builder, last_line, start=first_line, intp=INDEX) as loop:
            at_positions = builder.load(sixteen(inputs, builder.add(builder.mul(loop.index, all_positions), position)))
            at_positions.align = 4
            of_line = builder.mul(loop.index, line_step)
            for of_row, total in zip(of_rows, sums):
                weight = builder.load(builder.gep(weights, [builder.add(of_row, of_line)]))
                one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), weight, ir.Constant(ir.IntType(32), 0))
                everywhere = builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), int(WIDTH)), None))
                product = builder.fmul(everywhere, at_positions, flags=TOGETHER)
                builder.store(builder.fadd(builder.load(total), product, flags=TOGETHER), total)
        goes_on = builder.icmp_unsigned('>', first_line, numbers[0])
        for number, there, total in zip(numbers, exists, sums):
            with builder.if_then(there):
                place = sixteen(outputs, builder.add(builder.mul(builder.add(row, number), all_positions), position))
                with builder.if_then(goes_on):
                    before = builder.load(place)
                    before.align = 4
                    builder.store(builder.fadd(before, builder.load(total)), total)
                builder.store(builder.load(total), place).align = 4
        return context.get_dummy_value()

    return types.void(matrix, voltage, current, positions, strip), code
