"""What chips with phase-change memory have achieved in measurements: published figures, and what follows from them.

Before you compare figures, read what each of them includes: some count products alone, some a whole task.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """A chip in one mode of operation; figures that are not known here are None.

    Attributes:
        name: what it is.
        efficiency: operations per joule, that is, operations per second per watt.
        includes: what the efficiency counts.
        source: author, publication, year, DOI.
        throughput: operations per second.
        cores: number of crossbars that work at the same time.
        rows, columns: size of each crossbar, in weights.
        density: operations per second and square metre, converters included.
    """

    name: str
    efficiency: float
    includes: str
    source: str
    throughput: float | None = None
    cores: int | None = None
    rows: int | None = None
    columns: int | None = None
    density: float | None = None

    @property
    def energy_per_mac(self) -> float:
        """Energy of one multiplication and addition, J."""
        return 2 / self.efficiency

    @property
    def energy_per_product(self) -> float:
        """Energy that one core takes to multiply its whole matrix by a vector, J; see `product_time`."""
        return self._known('rows') * self._known('columns') * self.energy_per_mac

    @property
    def product_time(self) -> float:
        """Time in which every core multiplies its matrix by a vector once, s.

        Raises:
            ValueError: if a figure needed for this is not known here.
        """
        macs = self._known('rows') * self._known('columns') * self._known('cores')
        return 2 * macs / self._known('throughput')

    @property
    def power(self) -> float:
        """Power while all cores are multiplying, W; see `product_time`."""
        return self._known('throughput') / self.efficiency

    @property
    def area_per_weight(self) -> float:
        """Area of all cores over the number of their weights, m^2; see `product_time`."""
        area = self._known('throughput') / self._known('density')
        return area / (self._known('rows') * self._known('columns') * self._known('cores'))

    def _known(self, figure: str) -> float:
        value = getattr(self, figure)
        if value is None:
            raise ValueError(f'{figure} = None for the chip {self.name!r}: must be a number for this calculation')
        return value


CORE = ('R. Khaddam-Aljameh et al., IEEE Journal of Solid-State Circuits 57, 1027, 2022, '
        'doi:10.1109/JSSC.2022.3140414')
HERMES = 'M. Le Gallo et al., Nature Electronics 6, 680, 2023, doi:10.1038/s41928-023-01010-1'
SPEECH = 'S. Ambrogio et al., Nature 620, 768, 2023, doi:10.1038/s41586-023-06337-5'

CHIPS = {
    'one core': Chip('one core, 14 nm', 10.5e12, 'matrix-vector products of one core', CORE, 1.008e12,
                     cores=1, rows=256, columns=256, density=1.59e18),
    '64 cores, one phase': Chip('64 cores, 14 nm, read in one phase (less precise)', 9.76e12, 'matrix-vector products',
                                HERMES, 63.1e12, cores=64, rows=256, columns=256),
    '64 cores, four phases': Chip('64 cores, 14 nm, read in four phases (more precise)', 2.48e12,
                                  'matrix-vector products', HERMES, 16.1e12, cores=64, rows=256, columns=256),
    '34 tiles': Chip('34 tiles, 14 nm, speech recognition', 12.4e12,
                     'the chip, without auxiliary digital computing and its memory; the highest value', SPEECH,
                     cores=34),
}
"""Published chips, by a short name."""
