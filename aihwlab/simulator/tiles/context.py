"""The parameter through which an optimizer reaches an analog tile."""

import warnings
from typing import Any, ClassVar, NamedTuple

import torch
from torch.nn import Parameter
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from aihwlab.exceptions import TileError
from aihwlab.kernel.namespace import Array
from aihwlab.kernel.patches import Patches, transform
from aihwlab.kernel.update import UNKNOWN, Magnitudes
from aihwlab.parameters.enums import AnalogContextDataViewMode
from aihwlab.simulator.tiles.exchange import written_out
from aihwlab.simulator.tiles.recorded_gradient import HIDDEN, RecordedGradient, common_factor, gradient_of


class Record(NamedTuple):
    """What one backward pass leaves for the update of a tile.

    Attributes:
        x: the inputs: rows [batch, in], vectors [batch, lines, positions], or the patches of images.
        d: the gradients at the outputs, [batch, out] or [batch, out, ...].
        largest: the largest magnitudes of the vectors of both, [batch, positions] or None.
        versions: of the memory of both, by which it is known whether somebody has changed it.
        arrays: the vectors [batch, lines, positions] of both for the kernel, in the same memory, or None if they are to be
            taken from `x` and `d` when they are needed.
    """

    x: Any
    d: torch.Tensor
    largest: Magnitudes
    versions: tuple[int, int]
    arrays: tuple[Any, Array] | None = None

    def vectors(self) -> tuple[Any, torch.Tensor]:
        """Return the inputs, [batch, lines, positions] or patches, and the gradients, [batch, out, positions]."""
        return self.x if isinstance(self.x, Patches) else _as_columns(self.x), _as_columns(self.d)

    def times(self, factor: float) -> 'Record':
        """Return a record whose gradients are multiplied by a factor."""
        d = factor * self.d
        return Record(self.x, d, (self.largest[0], None), versions_of(self.x, d))


class AnalogContext(Parameter):
    """The weights of a tile as a torch parameter, with the inputs and gradients that wait for the pulsed update.

    Its data is the memory of the weights in the crossbar, [out, in], without an analog bias: they can be read, normed and
    counted like any others. What torch writes into it, the tile writes into its devices before it does anything else, each
    within its bounds.

    An analog optimizer hands the recorded inputs and gradients to the tile. They count as a gradient: `grad` shows the one
    that they amount to, and what multiplies it, as `clip_grad_norm_` and a `GradScaler` do, multiplies the update. It is
    None while an optimizer takes a step, so that none subtracts it from the weights.

    Attributes:
        analog_tile: the tile.
        records: what was recorded, one for each backward pass.
        is_spent: whether a step has used them; they are used again by the next one if nothing happens in between, and
            forgotten when new ones are recorded.
        is_recording: whether anything is recorded: not for an optimizer that trains no tiles.
        seen: version of the data that the tile knows.
        use_indexed: whether its layer hands over images, from which patches are taken by index.
        use_torch_update: whether torch's optimizers update the tile: not one that is trained by pulses.
    """

    use_torch_update: ClassVar[bool] = False

    def __new__(cls, analog_tile: Any, data: torch.Tensor, requires_grad: bool = True) -> 'AnalogContext':
        context = super().__new__(cls, data, requires_grad)
        context.analog_tile, context.use_indexed = analog_tile, False
        context.is_recording = True
        context.seen = context._version
        context.reset()
        return context

    def reset(self, analog_tile: Any = None) -> None:
        """Forget the recorded inputs and gradients; with a tile, belong to it."""
        if analog_tile is not None:
            self.analog_tile = analog_tile
        self.records: list[Record] = []
        self.shown: torch.Tensor | None = None
        self.is_spent = False

    def has_gradient(self) -> bool:
        """Return whether inputs and gradients wait for an update."""
        return len(self.records) > 0

    @property
    def analog_input(self) -> list[Any]:
        """The recorded inputs: of linear layers [batch, in]; of convolutions their images, or [batch, in, positions]."""
        return [record.x if isinstance(record.x, Patches) else _as_rows(record.x[:, :self.shape[1]])
                for record in self.records]

    @property
    def analog_grad_output(self) -> list[torch.Tensor]:
        """The recorded gradients at the outputs of the tile: of linear layers [batch, out], or [batch, out, positions]."""
        return [_as_rows(record.d) for record in self.records]

    def set_indexed(self, value: bool = True) -> None:
        """Note whether the layer hands over images."""
        self.use_indexed = value

    @property
    def data_view_mode(self) -> AnalogContextDataViewMode:
        """What the data is: always a view of the weights. Other modes, which show less, are accepted and change nothing.

        Raises:
            ValueError: if it is set to BUFFER, weights of which the tile knows nothing, or to what is no mode.
        """
        return AnalogContextDataViewMode.DATA_VIEW

    @data_view_mode.setter
    def data_view_mode(self, mode: AnalogContextDataViewMode | str) -> None:
        modes = {name: found for found in AnalogContextDataViewMode for name in (found, found.value, found.name)}
        if modes.get(mode) not in (AnalogContextDataViewMode.DATA_VIEW, AnalogContextDataViewMode.PLACEHOLDER):
            raise ValueError(f'data_view_mode = {mode}: must be DATA_VIEW or PLACEHOLDER, because a context has no weights '
                             'beside those of its tile; set them by set_weights')

    def enable_data_view(self) -> 'AnalogContext':
        """Return this context, whose weights can be read as they are."""
        return self

    def enable_placeholder(self) -> 'AnalogContext':
        """Return this context; its weights can be read all the same."""
        return self

    def get_data(self) -> torch.Tensor:
        """Return a copy of the logical weights, [out, in]: those in the crossbar times all scales."""
        weight, _ = self.analog_tile.get_weights()
        return weight.to(self.device)

    def record(self, x: Any, d: torch.Tensor, largest: Magnitudes = UNKNOWN, arrays: tuple[Any, Array] | None = None) -> None:
        """Keep the input and the output gradient of one backward pass for the update; see `Record`."""
        if not self.is_recording:
            return
        if self.is_spent:
            self.reset()
        elif self.shown is not None:
            self.settle()
        runtime = self.analog_tile.rpu_config.runtime
        if runtime.offload_input or runtime.offload_gradient:
            x, arrays = transform(x, torch.Tensor.cpu) if runtime.offload_input else x, None
            d = d.cpu() if runtime.offload_gradient else d
        self.records.append(Record(x, d, largest, versions_of(x, d), arrays))

    def require_unchanged(self) -> None:
        """Raise a TileError if a recorded input or gradient has been changed in place."""
        for record in self.records:
            if record.versions != versions_of(record.x, record.d):
                raise TileError('an input or a gradient of a tile was changed in place between the backward pass and the '
                                'step, which needs it: give the layer a copy, x.clone()')

    def settle(self) -> None:
        """Multiply the recorded gradients by what `grad` was multiplied by since it was shown.

        Raises:
            TileError: if it was changed in any other way.
        """
        shown, self.shown = self.shown, None
        if shown is None or (isinstance(shown, RecordedGradient) and not shown.is_filled):
            return
        factor = common_factor(gradient_of(self), shown)
        if factor != 1:
            self.records = [record.times(factor) for record in self.records]

    @property
    def grad(self) -> torch.Tensor | None:  # type: ignore[override]
        """The gradient of the weights that the records amount to, [out, in]; None if there are none."""
        if not self.records or HIDDEN.get():
            return None
        if self.shown is None:
            self.shown = RecordedGradient.of(self)
        return self.shown

    @grad.setter
    def grad(self, gradient: torch.Tensor | None) -> None:
        if gradient is None:
            self.reset()
        elif not self.records:
            raise TileError('a tile cannot be given a gradient: it is updated by the inputs and gradients of its lines, which '
                            'a backward pass records')
        else:
            self.shown = gradient

    @property
    def data(self) -> torch.Tensor:  # type: ignore[override]
        """The memory of the weights; what is written into it, or assigned, is written into the devices."""
        return self.detach()

    @data.setter
    def data(self, weights: torch.Tensor) -> None:
        if weights.shape != self.shape or weights.device != self.device or not weights.is_floating_point():
            raise TileError(f'data = {weights.dtype} {tuple(weights.shape)} on {weights.device}: the weights of this tile are '
                            f'{self.dtype} {tuple(self.shape)} on {self.device}')
        self.detach().copy_(weights.detach())
        self.analog_tile.notice_changes()

    def show(self, memory: torch.Tensor) -> None:
        """Let the data be another memory, in which the tile has put its weights."""
        torch.Tensor.data.__set__(self, memory)  # type: ignore[attr-defined]
        self.seen = self._version

    def __deepcopy__(self, memo: dict[int, Any]) -> 'AnalogContext':
        return _unlinked_context(type(self), self.requires_grad, self.use_indexed)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _unlinked_context, (type(self), self.requires_grad, self.use_indexed)

    def __repr__(self) -> str:
        return f'{type(self).__name__} of {type(self.analog_tile).__name__}, {Parameter.__repr__(self)}'


def _as_rows(vectors: torch.Tensor) -> torch.Tensor:
    """Return vectors of one position as [batch, lines], others as [batch, lines, positions]."""
    if vectors.dim() == 2:
        return vectors
    return vectors[:, :, 0] if vectors.dim() == 3 and vectors.shape[2] == 1 else vectors.flatten(2)


def _as_columns(vectors: torch.Tensor) -> torch.Tensor:
    """Return vectors as [batch, lines, positions]."""
    return vectors[:, :, None] if vectors.dim() == 2 else vectors.flatten(2)


class TrainedContext(AnalogContext):
    """The weights of a tile as a parameter that torch trains, as it trains any other: its gradient is that of torch.

    Any optimizer of torch takes its step, with momentum, weight decay and so on. What is done to the weights after an update
    is done after the step of each optimizer that holds them.
    """

    use_torch_update = True
    grad = torch.Tensor.grad  # type: ignore[assignment]


def _unlinked_context(cls: type[AnalogContext], requires_grad: bool, use_indexed: bool) -> AnalogContext:
    """Make a context without a tile; the copy or unpickled tile that it belongs to links it to its weights."""
    context = cls(None, torch.empty(0), requires_grad)
    context.set_indexed(use_indexed)
    return context


def versions_of(x: Any, d: torch.Tensor) -> tuple[int, int]:
    """Return how often the memory of inputs and gradients was changed."""
    return (x.image if isinstance(x, Patches) else x)._version, d._version


def joined(records: list[Record]) -> Record:
    """Return records joined along the batch: [batch, lines, positions], or of different positions, one vector each."""
    vectors = [[written_out(tensor) for tensor in record.vectors()] for record in records]
    if len({d.shape[2] for _, d in vectors}) > 1:
        vectors = [[tensor.transpose(1, 2).reshape(-1, tensor.shape[1], 1) for tensor in pair] for pair in vectors]
    x, d = (torch.cat(parts) for parts in zip(*vectors))
    return Record(x, d, UNKNOWN, versions_of(x, d))


def contexts_in(optimizer: torch.optim.Optimizer) -> list[tuple[dict[str, Any], AnalogContext]]:
    """Return all contexts that an optimizer holds, each with its parameter group."""
    return [(group, parameter) for group in optimizer.param_groups for parameter in group['params']
            if issubclass(type(parameter), AnalogContext)]  # `isinstance` of parameters is a function of torch, in Python


def let_records_go(optimizer: torch.optim.Optimizer, *_: object) -> None:
    """Before the step of an optimizer that trains no tiles, say so once, and record nothing more for it."""
    if getattr(optimizer, 'trains_tiles', False):
        return
    untrained = [context for _, context in contexts_in(optimizer)
                 if context.is_recording and context.requires_grad and not context.use_torch_update]
    for context in untrained:
        context.is_recording = False
        context.reset()
    if untrained:
        name = type(optimizer).__name__
        warnings.warn(f'{name} does not train analog tiles, whose weights are changed by pulses: use AnalogSGD, or '
                      f'AnalogOptimizer({name}, ...), of aihwlab.optim', stacklevel=4)


def finish_updates(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
    """After the step of an optimizer that is not analog, do what follows an update of weights that torch trains."""
    if not getattr(optimizer, 'trains_tiles', False):
        for _, context in contexts_in(optimizer):
            if context.use_torch_update and context.requires_grad:
                context.analog_tile.post_update_step()


register_optimizer_step_pre_hook(let_records_go)
register_optimizer_step_post_hook(finish_updates)
