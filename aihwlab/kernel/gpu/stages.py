"""The stages of products and updates on a GPU: the names that `aihwlab.kernel.backend.stages` promises.

What is rare or small is left to the reference, which computes with CuPy.
"""

from aihwlab.kernel.buffers import collect, subtract_reference
from aihwlab.kernel.choppers import chop
from aihwlab.kernel.devices.pulse import pulse_series
from aihwlab.kernel.gpu.coincidences import apply_trains
from aihwlab.kernel.gpu.converters import adc, dac, scales
from aihwlab.kernel.gpu.looks import apply_and_look
from aihwlab.kernel.gpu.patches import abs_max, gather, scatter
from aihwlab.kernel.gpu.pulse import can_step
from aihwlab.kernel.gpu.pulse_plan import plan_pulses
from aihwlab.kernel.gpu.pulse_trains import draw_trains
from aihwlab.kernel.gpu.pulsed_update import pulsed_update
from aihwlab.kernel.gpu.rounds import first_round

__all__ = ['abs_max', 'adc', 'apply_and_look', 'apply_trains', 'can_step', 'chop', 'collect', 'dac', 'draw_trains',
           'first_round', 'gather', 'plan_pulses', 'pulse_series', 'pulsed_update', 'scales', 'scatter',
           'subtract_reference']
