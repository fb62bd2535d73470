"""What models of noise, converters and compensations share: users write their own."""

from dataclasses import dataclass

from aihwlab.parameters.base import Parameters


@dataclass
class Model(Parameters):
    """Base of what describes a chip that is programmed: parameters, which are checked when an object is made.

    A subclass with the decorator `@dataclass` has parameters, like all classes here, and refuses other names. A subclass
    without it may set any attributes in an `__init__` of its own.
    """

    def __post_init__(self) -> None:
        self._fill_in()
        self.validate()

    def _fill_in(self) -> None:
        """Put values in the place of None, for parameters that are declared so."""

    def _unknown(self, name: str) -> None:
        if '__dataclass_fields__' in vars(type(self)):
            super()._unknown(name)
