"""The stages of products and updates, compiled: the names that `aihwlab.kernel.backend.stages` promises."""

from aihwlab.kernel.compiled.buffers import collect, subtract_reference
from aihwlab.kernel.compiled.choppers import chop
from aihwlab.kernel.compiled.coincidences import apply_trains
from aihwlab.kernel.compiled.converters import adc, dac, scales
from aihwlab.kernel.compiled.looks import apply_and_look
from aihwlab.kernel.compiled.patches import abs_max, gather, scatter
from aihwlab.kernel.compiled.pulse import can_step, pulse_series
from aihwlab.kernel.compiled.pulse_plan import plan_pulses
from aihwlab.kernel.compiled.pulse_trains import draw_trains
from aihwlab.kernel.compiled.pulsed_update import pulsed_update
from aihwlab.kernel.compiled.rounds import first_round

__all__ = ['abs_max', 'adc', 'apply_and_look', 'apply_trains', 'can_step', 'chop', 'collect', 'dac', 'draw_trains',
           'first_round', 'gather', 'plan_pulses', 'pulse_series', 'pulsed_update', 'scales', 'scatter',
           'subtract_reference']
