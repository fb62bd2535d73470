"""Parameters of what happens to weights between updates: modification, clipping and remapping."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aihwlab.parameters.base import Parameters, parameter
from aihwlab.parameters.enums import WeightClipType, WeightModifierType, WeightRemapType


@dataclass
class WeightModifierParameter(Parameters):
    """How the weights that one training step sees differ from the stored ones, to make training robust.

    `m` stands for the largest absolute weight, or `assumed_wmax`, and `xi` for a standard normal number.

    The type None means NONE, as in aihwkit.

    Source: M. Rasch et al., 2023, doi:10.1038/s41467-023-40770-4; for DOREFA S. Zhou et al., 2016, arXiv:1606.06160.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, WeightModifierType.NONE if name == 'type' and value is None else value)

    std_dev: float = parameter(0.0, '[0, inf)')
    """Standard deviation of the added noise, in units of m; factor on the noise for POLY, PROG_NOISE and PCM_NOISE."""

    per_batch_sample: bool = False
    """Draw new noise for each sample of a batch instead of each batch."""

    res: float = 0.0
    """Step of DISCRETIZE, in units of m, and of DOREFA; 0 or less means continuous."""

    sto_round: bool = False
    """Round stochastically to these steps."""

    dorefa_clip: float = parameter(0.6, '(0, inf)')
    """Largest weight that DOREFA gives."""

    pdrop: float = parameter(0.0, '[0, 1]')
    """Probability that a weight is set to zero, beside any type of modification."""

    enable_during_test: bool = False
    """Use the modified weights also for evaluation."""

    rel_to_actual_wmax: bool = True
    """Take m from the weights; otherwise it is `assumed_wmax`."""

    assumed_wmax: float = parameter(1.0, '(0, inf)')
    """The largest weight if it is not taken from the weights."""

    copy_last_column: bool = False
    """Leave the last column, an analog bias, as it is."""

    coeffs: list[float] = parameter(factory=lambda: [0.0105392, 0.0768, -0.046925])
    """Coefficients c of POLY and PROG_NOISE, whose noise is `m std_dev (c_0 + c_1 |w|/m + c_2 (|w|/m)^2 ...) xi`.

    The default is that of aihwkit. It resembles the programming noise of phase-change memory,
    (0.26348 + 1.965 g - 1.1731 g^2) / 25, whose second coefficient is 0.0786.
    """

    type: WeightModifierType = parameter(WeightModifierType.NONE, always_show=True, filled_in=True)
    """What to do with the weights."""

    g_max: float = parameter(25.0, '(0, inf)')
    """Conductance of the weight m for PCM_NOISE and PROG_NOISE, in uS."""

    pcm_zero_thres: float = parameter(0.0, '[0, inf)')
    """PCM_NOISE: weights below this conductance become zero, in units of the programming noise at zero."""

    pcm_t_inference: float = parameter(0.0, '[0, inf)')
    """PCM_NOISE: time of the inference after programming, in s."""

    pcm_prob_at_reset: float = parameter(0.0, '[0, 1]')
    """PCM_NOISE: probability of a device stuck at zero conductance."""

    pcm_prob_at_gmax: float = parameter(0.0, '[0, 1]')
    """PCM_NOISE: probability of a device stuck at the largest conductance."""

    pcm_prob_at_random: float = parameter(0.0, '[0, 1]')
    """PCM_NOISE: probability of a device stuck at a random conductance."""

    pcm_t0: float = parameter(20.0, '(0, inf)')
    """PCM_NOISE: time between programming and the first read, in s."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.type in (WeightModifierType.POLY, WeightModifierType.PROG_NOISE) and not self.coeffs:
            yield 'coeffs', f'a list of at least one coefficient for {self.type}'


@dataclass
class WeightClipParameter(Parameters):
    """How weights are limited after each update."""

    fixed_value: float = -1.0
    """Limit of FIXED_VALUE; if positive, it also limits what the other types find."""

    sigma: float = parameter(2.5, '(0, inf)')
    """Limit of LAYER_GAUSSIAN, in standard deviations of all weights."""

    type: WeightClipType = parameter(WeightClipType.NONE, always_show=True)
    """What sets the limit."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.type == WeightClipType.FIXED_VALUE and self.fixed_value <= 0:
            yield 'fixed_value', f'positive for type = {self.type}'


@dataclass
class WeightRemapParameter(Parameters):
    """How weights are stretched over the range of the crossbar after each update, with scales that undo it."""

    remapped_wmax: float = parameter(1.0, '(0, inf)')
    """Largest weight afterwards."""

    max_scale_range: float = parameter(0.0, '[0, inf)')
    """Largest ratio of two output scales; 0 means no limit."""

    max_scale_ref: float = parameter(0.0, '[0, inf)')
    """Least value of the smallest scale in this ratio."""

    type: WeightRemapType = parameter(WeightRemapType.NONE, always_show=True)
    """One scale for all outputs or one for each."""

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.type == WeightRemapType.CHANNELWISE_SYMMETRIC and self.max_scale_range > 0 and self.remapped_wmax != 1:
            yield 'remapped_wmax', '1 if max_scale_range limits the scales'
