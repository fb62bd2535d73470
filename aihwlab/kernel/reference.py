"""The stages of products and updates in NumPy: the names that `aihwlab.kernel.backend.stages` promises.

Everything here works on CuPy arrays as well. `aihwlab.kernel.compiled.stages` and `aihwlab.kernel.gpu.stages` have the same
names, faster.
"""

from aihwlab.kernel.buffers import collect, subtract_reference
from aihwlab.kernel.choppers import chop
from aihwlab.kernel.coincidences import apply_trains
from aihwlab.kernel.converters import abs_max, adc, dac, scales
from aihwlab.kernel.devices.pulse import pulse_series
from aihwlab.kernel.looks import apply_and_look
from aihwlab.kernel.patches import gather, scatter
from aihwlab.kernel.pulse_plan import plan_pulses
from aihwlab.kernel.pulse_trains import draw_trains
from aihwlab.kernel.pulsed_update import pulsed_update
from aihwlab.kernel.rounds import first_round

__all__ = ['abs_max', 'adc', 'apply_and_look', 'apply_trains', 'chop', 'collect', 'dac', 'draw_trains', 'first_round',
           'gather', 'plan_pulses', 'pulse_series', 'pulsed_update', 'scales', 'scatter', 'subtract_reference']
