"""Bit lines with resistance: how much of the current of each cell reaches the converter at the end of the line.

    o--r_0--o--r_1--o-- ... --o--r_n--|converter    a node k has the cells of the line with the conductance G_k to drivers
    |       |       |         |
   G_0     G_1     G_2       G_n

All is linear in the voltages of the drivers, which have no resistance: the same share of the current of a cell arrives,
whatever the others do.
"""

from collections.abc import Sequence

from aihwlab.kernel.namespace import Array


def delivered(conductances: Sequence[Array], resistances: Sequence[float]) -> tuple[list[Array], Array]:
    """Return which part of the current of each node reaches the converter, and the conductance that the converter sees.

    From the far end on, everything behind a segment of wire is one conductance, and one current that it divides:

        S_k = G_k + S_(k-1) / (1 + r_(k-1) S_(k-1)),      part_k = product over l >= k of 1 / (1 + r_l S_l)

    Args:
        conductances: G of the nodes from the far end to the converter, S, arrays of one shape (or tensors).
        resistances: r of the wire behind each node, ohm.

    Returns:
        The parts, one for each node, and S_n / (1 + r_n S_n), S.
    """
    seen: Array = 0 * conductances[0]
    passed = []
    for conductance, resistance in zip(conductances, resistances, strict=True):
        seen = seen + conductance
        passed.append(1 / (1 + resistance * seen))
        seen = seen * passed[-1]
    parts = passed[-1:]
    for share in reversed(passed[:-1]):
        parts.append(share * parts[-1])
    return parts[::-1], seen
