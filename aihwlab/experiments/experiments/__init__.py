"""What can be done with a network and a data set: training, and inference while its devices drift."""

from aihwlab.experiments.experiments.inferencing import BasicInferencing
from aihwlab.experiments.experiments.training import BasicTraining

__all__ = ['BasicInferencing', 'BasicTraining']
