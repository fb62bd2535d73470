"""A tile without torch: one crossbar with its cells, converters and lines, from which a layer, a lesson or a chip is made."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from aihwlab.kernel.backend import Engine
from aihwlab.kernel.cells.build import build_cells
from aihwlab.kernel.cells.contract import Cells
from aihwlab.kernel.cells.saved import is_integer, is_number, require_part, require_parts
from aihwlab.kernel.counts import Counts
from aihwlab.kernel.devices.weight_array import require_finite_array
from aihwlab.kernel.least_squares import least_squares
from aihwlab.kernel.lines import Lines, draw_lines
from aihwlab.kernel.mvm import analog_mvm
from aihwlab.kernel.namespace import Array, array_namespace
from aihwlab.kernel.random import Purpose, Stream, normals
from aihwlab.kernel.rounds import Direction, Extras, Images
from aihwlab.kernel.update import UNKNOWN, Magnitudes, Vectors, check_vectors, finite_magnitudes
from aihwlab.parameters.device import IdealDevice
from aihwlab.parameters.enums import PulseType
from aihwlab.parameters.tile import TileParameters
from aihwlab.parameters.validation import require


class Tile:
    """A crossbar with converters around it, whose weights are read by voltages and changed by pulses.

    It owns everything that stands on a crossbar. Arrays are of NumPy or, if it is made so, of CuPy. All its random numbers
    follow from `seed` and from `operation`, which counts what the tile has done: two tiles that are made alike and do the
    same give the same bits.

    Example:
        >>> tile = Tile((2, 3), TileParameters(device=ConstantStepDevice()), seed=1)
        >>> tile.write(np.array([[0.1, -0.2, 0.3], [0.2, 0.0, -0.1]], dtype=np.float32))
        >>> x, d = np.ones((1, 3, 1), dtype=np.float32), np.ones((1, 2, 1), dtype=np.float32)
        >>> tile.forward(x)                               # y = W x, [1, 2, 1]
        >>> tile.update(x, d, learning_rate=0.01)         # W <- W - lr d x^T on average

    Args:
        shape: number of outputs and inputs, (out, in).
        parameters: what stands on the crossbar and around it (`TileParameters`, or any object with its attributes); the
            tile reads it whenever it computes.
        seed: of all random numbers, 64 bits.
        bias_column: whether the last column is a bias: only then the parameter `perfect_bias` of devices has a meaning.
        engine: how to compute.
        xp: `numpy` or `cupy`.

    Attributes:
        cells: what stands at the crosspoints (`aihwlab.kernel.cells.contract.Cells`).
        lines: the output lines, forward and backward.
        counts: what the tile has done. Set it to `Counts.with_pulses()` to count pulses, too.
        seed, operation: the random stream, two integers.
    """

    cells: Cells
    lines: tuple[Lines, Lines]

    def __init__(self, shape: tuple[int, int], parameters: TileParameters, seed: int = 0, *, bias_column: bool = False,
                 engine: Engine = Engine(), xp: Any = np) -> None:
        self.shape, self.parameters, self.seed, self.operation = shape, parameters, seed, 0
        self.directions: list[Direction | None] = [None, None]
        self.bias_column = bias_column
        self.engine = engine._replace(counts=Counts())
        self.build(xp)

    def build(self, xp: Any = np) -> None:
        """Make cells and lines anew from the parameters and the seed, as they were in the beginning."""
        self.cells = build_cells(self.device_parameters(), self.shape, Stream(self.seed, 0), xp)
        self.lines = self.drawn_lines(xp)

    def drawn_lines(self, xp: Any) -> tuple[Lines, Lines]:
        """Return the lines of both directions, which follow from the parameters and the seed."""
        stream = Stream(self.seed, 0)
        return (draw_lines(self.parameters.forward, self.shape, stream, xp=xp),
                draw_lines(self.parameters.backward, self.shape[::-1], stream, backward=True, xp=xp))

    def lines_of(self, forward: Any, backward: Any) -> tuple[Lines, Lines]:
        """Return the lines of both directions for what `Lines.state` has returned: the present ones for None.

        Raises:
            ValueError: for a part that is missing or impossible; the message names it.
        """
        xp, (drawn, drawn_backward) = array_namespace(self.weights), self.lines
        return (drawn if forward is None else given_lines(forward, self.shape, xp),
                drawn_backward if backward is None else given_lines(backward, self.shape[::-1], xp))

    def follow(self, parameters: TileParameters) -> None:
        """Take parameters whose converters, lines or pulse trains have changed; cells and lines set by hand stay."""
        self.parameters = parameters
        before, drawn = self.lines, self.drawn_lines(array_namespace(self.weights))
        for lines, old in zip(drawn, before):
            lines.average = old.average
        forward, backward = (old if old.given else lines for lines, old in zip(drawn, before))
        self.lines = forward, backward

    def device_parameters(self) -> Any:
        """Return the parameters of the cells; without pulses they are ideal."""
        if self.parameters.update.pulse_type is PulseType.NONE:
            return IdealDevice()
        device: Any = self.parameters.device.resolved()
        return device if self.bias_column else device.without_perfect_bias()

    @property
    def weights(self) -> Array:
        """The weights that products see, [out, in]: the memory itself."""
        return self.cells.weights

    @property
    def counts(self) -> Counts:
        """What the tile has done since it was made, or since the counts were set."""
        return self.engine.counts or Counts()

    @counts.setter
    def counts(self, counts: Counts) -> None:
        self.engine = self.engine._replace(counts=counts)

    def next_stream(self) -> Stream:
        """Return the random numbers for the next operation of the tile."""
        self.operation += 1
        return Stream(self.seed, self.operation)

    def direction(self, backward: int) -> Direction:
        """Return what stands around the crossbar, forward (0) or backward (1)."""
        io = self.parameters.backward if backward else self.parameters.forward
        kept, lines = self.directions[backward], self.lines[backward]
        if kept is None or kept.io is not io or kept.lines is not lines:
            kept = self.directions[backward] = Direction(io, lines, bool(backward))
        return kept

    def forward(self, x: Vectors, bias: Array | None = None, largest: Array | None = None, weights: Array | None = None,
                stream: Stream | None = None) -> Array:
        """Return the analog product `W x` of vectors [batch, in, positions] or patches: [batch, out, positions].

        Args:
            x: inputs.
            bias: numbers to add to the outputs, [out].
            largest: an array [batch, positions] that takes the largest magnitude of each input vector, for `update`.
            weights: weights that the product sees in place of those of the cells, [out, in]: modified or aged ones.
            stream: random numbers in place of those of the next operation.
        """
        extras = Extras(bias, None, largest)
        seen = self.cells.weights if weights is None else weights
        return analog_mvm(seen, x, self.direction(0), stream or self.next_stream(), self.engine, extras)

    def backward(self, d: Vectors, onto: Images | None = None, largest: Array | None = None,
                 weights: Array | None = None) -> Array:
        """Return the transposed product `W^T d` of vectors [batch, out, positions]: [batch, in, positions].

        Args:
            d: gradients.
            onto: images to which the result is added up, where their patches lie.
            largest: an array [batch, positions] that takes the largest magnitude of each gradient vector, for `update`.
            weights: weights that the product sees in place of those of the cells, [out, in].
        """
        extras = Extras(None, onto, largest)
        seen = self.cells.weights if weights is None else weights
        return analog_mvm(seen.T, d, self.direction(1), self.next_stream(), self.engine, extras)

    def update(self, x: Vectors, d: Array, learning_rate: float, largest: Magnitudes = UNKNOWN) -> None:
        """Change the weights by pulses, `W <- W - learning_rate d x^T` on average, one vector after the other.

        Args:
            x: inputs, [batch, in, positions], float32, or patches.
            d: gradients at the outputs, [batch, out, positions], float32.
            learning_rate: not negative; 0 changes nothing.
            largest: the largest magnitude of each input vector and of each gradient vector, as `forward` and `backward`
                give them, if they are known.

        Raises:
            ValueError: for a negative learning rate, shapes that do not belong together, or NaN or infinite values.
        """
        self.cells.update(x, d, learning_rate, self.parameters.update, self.next_stream(), self.engine, largest)

    @property
    def has_exact_products(self) -> bool:
        """Whether products of one direction or both have no converters, which would refuse vectors with NaN."""
        return self.parameters.forward.is_exact or self.parameters.backward.is_exact

    def magnitudes_for_update(self, x: Vectors, d: Array, learning_rate: float, largest: Magnitudes = UNKNOWN) -> Magnitudes:
        """Return the largest magnitudes of the vectors of both, [batch, positions]; arguments and errors as of `update`."""
        check_vectors(self.shape, x, d, learning_rate)
        stages = self.engine.stages(d)
        return finite_magnitudes(stages.gather(x), d, stages, largest)

    def write(self, weights: Array) -> None:
        """Write weights [out, in] into the crossbar, exactly, but within the bounds of the devices.

        Raises:
            ValueError: for a wrong shape, or NaN or infinite weights. Nothing is changed.
        """
        self.cells.write(weights, self.next_stream())
        self.counts.writes += weights.size

    def read(self, over_sampling: int = 10, x_values: Array | None = None, weights: Array | None = None) -> Array:
        """Estimate the weights from noisy products with known vectors, by least squares.

        Args:
            over_sampling: number of random vectors for each input.
            x_values: use these vectors instead, [vectors, in].
            weights: weights that the products see in place of those of the cells, [out, in].

        Returns:
            Weights, [out, in].

        Raises:
            ValueError: if `over_sampling` is no integer of at least 1, or for vectors that do not fit, or depend on each
                other, so that they do not tell the weights.
        """
        xp, in_size = array_namespace(self.weights), self.shape[1]
        require('over_sampling', over_sampling)
        if x_values is None:
            drawn = normals(self.next_stream(), Purpose.TEST_INPUT, in_size * over_sampling * in_size, xp=xp)
            x_values = drawn.reshape(-1, in_size)
        if x_values.ndim != 2 or x_values.shape[1] != in_size or len(x_values) == 0:
            raise ValueError(f'x_values of shape {x_values.shape}: must be (vectors, {in_size}), with one vector at least')
        nearest = least_squares(x_values)
        y_values = self.forward(xp.ascontiguousarray(x_values)[:, :, None], weights=weights)[:, :, 0]
        return xp.ascontiguousarray(nearest(y_values).T)

    def age(self) -> None:
        """Let the cells age by one training step: diffusion, then decay."""
        diffuses, decays = self.cells.ages
        if diffuses:
            self.diffuse()
        if decays:
            self.decay()

    def diffuse(self) -> None:
        """Let the weights diffuse by one training step."""
        self.cells.diffuse(self.next_stream())

    def decay(self, alpha: float = 1.0) -> None:
        """Let the weights decay by one training step, `alpha` times as much as the lifetime says."""
        self.cells.decay(self.next_stream(), alpha)

    def drift(self, delta_t: float = 1.0) -> None:
        """Let the cells drift for a time, in the unit of `drift.t_0`."""
        self.cells.drift(self.next_stream(), delta_t)

    def reset(self, start: int = 0, count: int | None = None, probability: float = 1.0) -> None:
        """Reset the cells of `count` columns (inputs) from `start` on, all by default, each with a probability.

        Raises:
            ValueError: for a probability outside [0, 1], or columns that do not exist.
        """
        self.cells.reset(self.next_stream(), start, self.shape[1] if count is None else count, probability)

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on exactly from here: arrays, numbers, None, and dictionaries of these.

        Arrays are those of the tile, not copies. The parameters are not part of it.
        """
        return {'seed': self.seed, 'operation': self.operation, 'weights': self.weights, 'cells': self.cells.state(),
                'average_input': [lines.average for lines in self.lines],
                'forward_lines': self.lines[0].state(), 'backward_lines': self.lines[1].state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned, by a tile with the same parameters.

        Raises:
            ValueError: if a part is missing or impossible; the message names it. Nothing is changed.
        """
        require_parts({name: None for name in state}, dict.fromkeys(self.state()), 'the parts of a tile')
        require_parts(state['cells'], self.cells.state(), 'the cells of a tile')
        seed, operation, averages = state['seed'], state['operation'], state['average_input']
        require_part(is_integer(seed) and 0 <= seed < 2 ** 64, 'seed', seed, 'an integer in [0, 2^64)')
        require_part(is_integer(operation) and operation >= 0, 'operation', operation, 'an integer that is not negative')
        require_part(isinstance(averages, (list, tuple)) and len(averages) == 2
                         and all(is_number(average) and (average >= 0 or average == -1) for average in averages),
                         'average_input', averages, 'two numbers, not negative, or -1 before the first input')
        xp = array_namespace(self.weights)
        loaded = Tile(self.shape, self.parameters, seed, bias_column=self.bias_column, xp=xp)
        loaded.cells.load(state['cells'])
        loaded.cells.require_possible(state['weights'])
        loaded.weights[...] = state['weights']
        lines = loaded.lines_of(state['forward_lines'], state['backward_lines'])
        self.seed, self.operation, self.cells = seed, operation, loaded.cells
        self.lines = lines
        for direction, average in zip(self.lines, averages):
            direction.average = average

    def map(self, function: Callable[[Array], Array]) -> None:
        """Replace all arrays of the tile by what a function makes of them, for example copies on a GPU."""
        self.cells = self.cells.map(function)
        forward, backward = self.lines
        self.lines = forward.map(function), backward.map(function)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), 'directions': [None, None]}  # what is kept there belongs to this memory

    def __deepcopy__(self, memo: dict[int, Any]) -> 'Tile':
        copied = object.__new__(type(self))
        memo[id(self)] = copied
        state = self.__getstate__()
        state.pop('engine')
        copied.__dict__.update({name: deepcopy(value, memo) for name, value in state.items()})
        copied.engine = self.engine._replace(counts=replace(self.counts))
        return copied

    def __repr__(self) -> str:
        out_size, in_size = self.shape
        return f'Tile of {out_size} outputs and {in_size} inputs, {type(self.parameters.device).__name__}'


def given_lines(state: Mapping[str, Any], shape: tuple[int, int], xp: Any) -> Lines:
    """Return the lines that a state describes.

    Args:
        state: what `Lines.state` has returned, if not None.
        shape: number of output and input lines of the direction, (out, in).
        xp: `numpy` or `cupy`.

    Raises:
        ValueError: for a part that is missing or impossible; the message names it.
    """
    shapes = {'noise': shape[:1], 'nonlinearity': shape[:1], 'offset': shape[:1], 'read_asymmetry': shape}
    require_parts(dict.fromkeys(state), dict.fromkeys([*shapes, 'slope']), 'the lines of a tile')
    require_part(is_number(state['slope']), 'slope', state['slope'], 'a finite number')
    for name, expected in shapes.items():
        if name == 'noise' or state[name] is not None:
            require_finite_array(state[name], expected, name)
    arrays: Any = {name: None if state[name] is None else xp.asarray(state[name], dtype=np.float32) for name in shapes}
    return Lines(**arrays, slope=np.float32(state['slope']), given=True)
