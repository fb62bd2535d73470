"""What a tile has done: exact numbers of operations, the same on every backend.

`aihwlab.physics.work` turns them into energy and time.
"""

from dataclasses import dataclass, fields
from typing import Any


@dataclass
class Counts:
    """The work of a tile since it was made, or since its counts were set to zero.

    The numbers of a product follow from its shape and cost nothing. Those of pulses cost time; they are None unless
    they are asked for (`Counts.with_pulses()`).

    Attributes:
        products: vectors multiplied, forward and backward.
        repeats: times that the bound management has multiplied a vector again.
        passes: times that a vector was applied to the whole crossbar, repeats included; vectors of both signs may take two.
        multiplications: times that a cell has multiplied in these passes.
        input_conversions, output_conversions: single conversions of DACs and ADCs.
        updates: vectors that have updated the weights by pulses.
        writes: cells that were set to a weight.
        reads: slices of an array of a cell that were read to be written to the next; they are among the products.
        digital: additions to numbers in digital memory beside the crossbar, of products or of what was read: the sum of
            gradients in mixed precision, and the buffers and means behind reads.
        slots: time slots of the pulse trains.
        input_pulses, gradient_pulses: pulses sent on the lines of the inputs, and of the gradients.
        driven: cells at the lines of these pulses, each counted with each pulse.
        coincidences: meetings of an input pulse and a gradient pulse at a crosspoint.
        steps: pulses that devices have received from coincidences; in a compound cell one train can reach several arrays.
    """

    products: int = 0
    repeats: int = 0
    passes: int = 0
    multiplications: int = 0
    input_conversions: int = 0
    output_conversions: int = 0
    updates: int = 0
    writes: int = 0
    reads: int = 0
    digital: int = 0
    slots: int | None = None
    input_pulses: int | None = None
    gradient_pulses: int | None = None
    driven: int | None = None
    coincidences: int | None = None
    steps: int | None = None

    @classmethod
    def with_pulses(cls) -> 'Counts':
        """Return counts of zero that count pulses, too."""
        return cls(slots=0, input_pulses=0, gradient_pulses=0, driven=0, coincidences=0, steps=0)

    @property
    def has_pulses(self) -> bool:
        """Whether pulses are counted."""
        return self.slots is not None

    def count_trains(self, slots: int, sent: tuple[int, int], met: int, shape: tuple[int, ...]) -> None:
        """Add the work of pulse trains on the lines of a crossbar.

        Args:
            slots: number of time slots.
            sent: pulses on all lines of inputs, and on all lines of gradients.
            met: coincidences.
            shape: number of outputs and inputs of the crossbar, (out, in).
        """
        (out_size, in_size), (inputs, gradients) = shape, sent
        self.slots = (self.slots or 0) + slots
        self.input_pulses = (self.input_pulses or 0) + inputs
        self.gradient_pulses = (self.gradient_pulses or 0) + gradients
        self.driven = (self.driven or 0) + inputs * out_size + gradients * in_size
        self.coincidences = (self.coincidences or 0) + met

    def count_steps(self, steps: int) -> None:
        """Add steps of the devices of one array."""
        self.steps = (self.steps or 0) + steps

    def __add__(self, other: 'Counts') -> 'Counts':
        """Return the work of two tiles; pulses are counted if both count them."""
        both = [(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)]
        sums: Any = (None if None in pair else sum(pair) for pair in both)
        return Counts(*sums)
