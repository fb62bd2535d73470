"""Networks that are trained already: LeNet5, once as usual and once aware of the hardware."""

from aihwlab.models.lenet5 import TRAININGS, lenet5, lenet5_matrices, load_lenet5

__all__ = ['TRAININGS', 'lenet5', 'lenet5_matrices', 'load_lenet5']
