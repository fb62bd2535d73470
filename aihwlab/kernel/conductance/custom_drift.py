"""Drift exponents from tables of one's own, such as those of a newly measured device."""

from collections.abc import Sequence

from aihwlab.kernel.namespace import Array, array_namespace


def drift_exponents(target: Array, conductances: Sequence[float], means: Sequence[float],
                    spreads: Sequence[float]) -> tuple[Array, Array]:
    """Return mean and standard deviation of the drift exponent, interpolated in tables; beyond their ends, that of the end.

    Source: N. Li et al., Advanced Electronic Materials 9, 2201190, 2023, doi:10.1002/aelm.202201190.

    Args:
        target: conductances to program, uS.
        conductances: points of the tables, ascending, uS.
        means, spreads: mean and standard deviation of the exponent at these points.
    """
    xp = array_namespace(target)
    tables = (xp.interp(target, xp.asarray(conductances), xp.asarray(values)) for values in (means, spreads))
    mean, spread = (table.astype(target.dtype) for table in tables)
    return mean, spread
