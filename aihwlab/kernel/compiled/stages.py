"""The stages of products and updates, compiled: the names that `aihwlab.kernel.backend.stages` promises."""

from aihwlab.kernel.compiled.coincidences import apply_trains
from aihwlab.kernel.compiled.converters import abs_max, adc, dac, scales
from aihwlab.kernel.compiled.patches import gather, scatter
from aihwlab.kernel.compiled.pulse import can_step, pulse_series
from aihwlab.kernel.compiled.pulse_plan import plan_pulses
from aihwlab.kernel.compiled.pulse_trains import draw_trains

__all__ = ['abs_max', 'adc', 'apply_trains', 'can_step', 'dac', 'draw_trains', 'gather', 'plan_pulses', 'pulse_series',
           'scales', 'scatter']
