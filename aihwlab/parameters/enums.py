"""The choices that parameters offer: names and identifiers of everything that selects an algorithm."""

from enum import Enum
from typing import Any


class NoiseManagementType(Enum):
    """How the input vector is rescaled before the DAC."""

    NONE = 'None'
    ABS_MAX = 'AbsMax'
    ABS_MAX_NP_SUM = 'AbsMaxNPSum'
    MAX = 'Max'
    CONSTANT = 'Constant'
    AVERAGE_ABS_MAX = 'AverageAbsMax'


class BoundManagementType(Enum):
    """What happens when an output exceeds the range of the ADC."""

    NONE = 'None'
    ITERATIVE = 'Iterative'
    ITERATIVE_WORST_CASE = 'IterativeWorstCase'
    SHIFT = 'Shift'


class AnalogMVType(Enum):
    """How many analog passes make one matrix-vector product."""

    IDEAL = 'Ideal'
    ONE_PASS = 'OnePass'
    POS_NEG_SEPARATE = 'PosNegSeparate'
    POS_NEG_SEPARATE_DIGITAL_SUM = 'PosNegSeparateDigitalSum'
    SPLIT_MODE = 'SplitMode'
    BIT_WISE = 'BitWise'


class WeightNoiseType(Enum):
    """Statistics of the weight noise that is drawn anew for every product."""

    NONE = 'None'
    ADDITIVE_CONSTANT = 'AdditiveConstant'
    PCM_READ = 'PCMRead'


class PulseType(Enum):
    """How input and gradient become pulses."""

    NONE = 'None'
    STOCHASTIC_COMPRESSED = 'StochasticCompressed'
    STOCHASTIC = 'Stochastic'
    NONE_WITH_DEVICE = 'NoneWithDevice'
    MEAN_COUNT = 'MeanCount'
    DETERMINISTIC_IMPLICIT = 'DeterministicImplicit'


class WeightModifierType(Enum):
    """How the weights that a training pass sees differ from the stored ones."""

    NONE = 'None'
    DISCRETIZE = 'Discretize'
    MULT_NORMAL = 'MultNormal'
    ADD_NORMAL = 'AddNormal'
    DISCRETIZE_ADD_NORMAL = 'DiscretizeAddNormal'
    DOREFA = 'DoReFa'
    POLY = 'Poly'
    PCM_NOISE = 'PCMNoise'
    PROG_NOISE = 'ProgNoise'
    DROP_CONNECT = 'DropConnect'
    COPY = 'Copy'


class WeightClipType(Enum):
    """How weights are limited after an update."""

    NONE = 'None'
    FIXED_VALUE = 'FixedValue'
    LAYER_GAUSSIAN = 'LayerGaussian'
    AVERAGE_CHANNEL_MAX = 'AverageChannelMax'


class WeightRemapType(Enum):
    """How weights are stretched over the range of the tile after an update."""

    NONE = 'None'
    LAYERWISE_SYMMETRIC = 'LayerwiseSymmetric'
    CHANNELWISE_SYMMETRIC = 'ChannelwiseSymmetric'


class VectorUnitCellUpdatePolicy(Enum):
    """Which devices of a cell take the pulses of a vector."""

    ALL = 'All'
    SINGLE_FIXED = 'SingleFixed'
    SINGLE_SEQUENTIAL = 'SingleSequential'
    SINGLE_RANDOM = 'SingleRandom'


class RPUDataType(Enum):
    """The floating-point format that a tile computes in."""

    FLOAT = 'float'
    DOUBLE = 'double'
    HALF = 'half'

    def as_torch(self) -> Any:
        """Return the torch data type: float32, float64 or float16."""
        import torch
        return {'float': torch.float32, 'double': torch.float64, 'half': torch.float16}[self.value]


class AnalogContextDataViewMode(Enum):
    """What the parameter that shows a tile to an optimizer lets be read."""

    PLACEHOLDER = 'placeholder'
    DATA_VIEW = 'data_view'
    BUFFER = 'buffer'


class RangeEstimators(Enum):
    """How a quantizer finds the range of numbers that it spans."""

    current_minmax = 0
    """The range of the last tensor."""

    allminmax = 1
    """The range of all tensors so far."""

    running_minmax = 2
    """A running mean of the ranges of tensors."""

    MSE = 3
    """The range that gives the last tensor the smallest mean square error."""

    cross_entropy = 4
    """The range for which the classes that the last tensor stands for change least."""


class OptMethod(Enum):
    """How a range is searched that makes an error small."""

    grid = 1
    """Evenly spaced ranges are tried."""

    golden_section = 2
    """Ranges are tried that close in on the least error."""
