"""Parameters of the ways to find a range, where programs for aihwkit look for them."""

from aihwlab.simulator.parameters.quantization import (
    CrossEntropyEstimatorParams,
    CurrentMinMaxEstimatorParams,
    MSEEstimatorParams,
    RunningMinMaxEstimatorParams,
)

__all__ = ['CrossEntropyEstimatorParams', 'CurrentMinMaxEstimatorParams', 'MSEEstimatorParams', 'RunningMinMaxEstimatorParams']
