"""Tiles for inference: weights that torch trains, aware of the hardware, and that are then programmed onto devices once."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, ClassVar

import torch

from aihwlab.exceptions import ConfigError
from aihwlab.inference.noise.base import BaseNoiseModel
from aihwlab.kernel.patches import Geometry
from aihwlab.kernel.weight_clipping import clip_weights
from aihwlab.kernel.weight_modifiers import modify_weights
from aihwlab.kernel.weight_remapping import remap_weights
from aihwlab.parameters.enums import WeightClipType, WeightModifierType, WeightRemapType
from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.arguments import as_numbers
from aihwlab.simulator.tiles.checkpoint import saved_tensor
from aihwlab.simulator.tiles.context import AnalogContext, TrainedContext
from aihwlab.simulator.tiles.crossbar import CrossbarTile
from aihwlab.simulator.tiles.exchange import as_array, as_tensor
from aihwlab.simulator.tiles.functions import TrainedFunction
from aihwlab.simulator.tiles.programmed import Programmed, aged, measured, program, programmed_from, state_of_programmed

READS = 'forward', 'backward', 'read'
"""What a tile of the kernel does without a change of its weights."""


class InferenceTileWithPeriphery(CrossbarTile):
    """A crossbar whose weights torch trains, and which are then programmed onto devices.

    The crossbar holds the trained weights, always. Programming puts them on devices besides: from then on, products in
    evaluation mode see what is read of these devices, `drift_weights` says when, and products in training see the trained
    weights. A change of the trained weights ends that; they have to be programmed again.

    In training, products see modified weights (`modifier`), drawn after each step of an optimizer, which also clips (`clip`)
    and remaps (`remap`) the weights; the first step sees them as they are.

    `analog_ctx` is a parameter that any optimizer of torch trains; with an analog bias, its last column is the bias.

    Attributes:
        programmed: the weights on devices, or None.
        modified_weights: what products in training see in place of the weights, [out, in], or None.
    """

    context_class: ClassVar[type[AnalogContext]] = TrainedContext
    kept: ClassVar[tuple[str, ...]] = (*CrossbarTile.kept, 'programmed', 'modified_weights')
    supports_ddp = True
    tolerance = float('inf')  # devices are as noisy as their model says
    programmed: Any = None
    modified_weights: torch.Tensor | None = None

    def tile_parameters(self, rpu_config: Any) -> Any:
        """Return the configuration itself, which has all parameters of a tile of the kernel."""
        return rpu_config

    def weight_view(self) -> torch.Tensor:
        """Return the weights in the crossbar as a tensor that shares their memory, an analog bias included: it is trained."""
        return self.crossbar_weights()

    def run(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a method of the kernel's tile returns; one that changes the weights ends what was made of them."""
        result = super().run(method, *arguments)
        if method.__name__ not in READS:
            self.programmed = self.modified_weights = None
        return result

    # What products see.

    def present_weights(self) -> torch.Tensor:
        """Return what stands in the crossbar: in evaluation mode the programmed weights, if there are any, or the trained."""
        self.notice_changes()
        return self.crossbar_weights() if self.training or self.programmed is None else self.programmed.weights

    def product_weights(self) -> torch.Tensor:
        """Return the weights that products see: in training, or if the modifier says so always, modified ones."""
        present = self.present_weights()
        modified = self.modified_weights
        if modified is None or not (self.training or self.rpu_config.modifier.enable_during_test and self.programmed is None):
            return present
        return modified

    def product(self, x: torch.Tensor, geometry: Geometry | None, bias: torch.Tensor | None) -> torch.Tensor:
        """Return the analog product, which torch differentiates with respect to the weights, too."""
        if x.dim() == 2:
            return self.product(x[:, :, None], None, bias)[:, :, 0]
        y: torch.Tensor = TrainedFunction.apply(self.analog_ctx, self, x, geometry, bias)
        return y

    def as_logical_gradient(self, gradient: torch.Tensor) -> torch.Tensor:
        """Return a gradient of the weights in the crossbar, [out, in], over the square of their mapping scales.

        So a step of gradient descent moves the logical weights by `-lr` times their own gradient, whatever the scales.
        """
        return gradient if self.mapping_scales is None else gradient / self.mapping_scales[:, None] ** 2

    @property
    def compensation(self) -> torch.Tensor | None:  # type: ignore[override]
        """Factor on the outputs in evaluation mode, [1] or [out], if the weights are programmed; otherwise None."""
        return None if self.training or self.programmed is None else self.programmed.alpha

    # Programming and drift.

    @property
    def alpha(self) -> torch.Tensor:
        """Factor of the drift compensation, [1] or [out]; 1 before the first drift."""
        return torch.ones(1, device=self.device) if self.programmed is None else self.programmed.alpha

    @property
    def drift_baseline(self) -> torch.Tensor | None:
        """What the drift compensation has read just after programming."""
        return None if self.programmed is None else self.programmed.baseline

    @property
    def reference_combined_weights(self) -> torch.Tensor | None:
        """The weights that were programmed, [out, in], or None: the trained ones, which programming leaves as they are."""
        return None if self.programmed is None else self.crossbar_weights()

    @property
    def programmed_weights(self) -> torch.Tensor | None:
        """The weights that devices have held just after programming, [out, in], or None."""
        return None if self.programmed is None else self.programmed.written

    @property
    def drift_noise_parameters(self) -> list[Any] | None:
        """What the drift of each device depends on, such as an exponent: a tensor for each device of a weight."""
        return None if self.programmed is None else self.programmed.devices.drift_parameters

    @torch.inference_mode(False)
    @torch.no_grad()
    def program_weights(self, from_reference: bool = True, noise_model: BaseNoiseModel | None = None) -> float:  # type: ignore[override]
        """Program the trained weights onto new devices, with the noise of programming.

        Products in evaluation mode see them from now on. The trained weights stay as they are, so that training may go on,
        and programming again starts from them, whatever `from_reference` says.

        Args:
            from_reference: accepted as in aihwkit, where programming changes the weights.
            noise_model: model of noise (`aihwlab.inference`), which takes the place of that of the configuration.

        Returns:
            The mean error of a weight relative to the largest one.

        Raises:
            ConfigError: for what is no model of noise. Nothing is changed.
        """
        if noise_model is not None:
            require('noise_model', noise_model, BaseNoiseModel, error=ConfigError)
            noise_model.validate()
            self.rpu_config.noise_model = deepcopy(noise_model)
        self.notice_changes()
        weights = self.crossbar_weights()
        self.kernel_tile.operation += 1
        self.programmed = program(self.rpu_config.noise_model, weights, self.seed, self.kernel_tile.operation)
        self.programmed = self.with_baseline(self.programmed)
        return float((self.programmed.written - weights).abs().mean() / weights.abs().max().clamp(min=1e-12))

    @torch.inference_mode(False)
    @torch.no_grad()
    def take_measured_weights(self, weights: torch.Tensor) -> None:
        """Let evaluation see weights that were read on a chip; the trained weights stay as they are.

        Args:
            weights: weights in the crossbar, [out, in] (with an analog bias, [out, in + 1]).

        Raises:
            ValueError: for another shape, or NaN or infinite weights. Nothing is changed.
        """
        weights = as_numbers('weights', weights).to(self.device)
        if tuple(weights.shape) != self.kernel_tile.shape or not torch.isfinite(weights).all():
            raise ValueError(f'weights of shape {tuple(weights.shape)}: must be finite, of shape {self.kernel_tile.shape}')
        self.notice_changes()
        self.kernel_tile.operation += 1
        self.programmed = measured(self.rpu_config.noise_model, weights, self.seed, self.kernel_tile.operation)
        self.programmed = self.with_baseline(self.programmed)

    def with_baseline(self, programmed: Programmed) -> Programmed:
        """Return programmed weights with what the drift compensation reads of them just after programming."""
        compensation = self.rpu_config.drift_compensation
        self.programmed = replace(programmed, t_inference=None, weights=programmed.written)
        baseline = None if compensation is None else compensation.init_baseline(self)
        return replace(programmed, compensation=type(compensation).__name__, baseline=baseline)

    @torch.inference_mode(False)
    @torch.no_grad()
    def drift_weights(self, t_inference: float = 0.0) -> None:  # type: ignore[override]
        """Let evaluation see the devices as they are read a time after programming, and compensate for their drift.

        Times count from programming, and may come in any order. Weights that are not programmed yet, or not since they have
        changed, are programmed before; so they are for a model of noise of another class.

        Args:
            t_inference: time since programming, s.

        Raises:
            ValueError: for a time that is negative or not finite.
        """
        require('t_inference', t_inference, float, '[0, inf)')
        self.notice_changes()
        model, compensation = self.rpu_config.noise_model, self.rpu_config.drift_compensation
        if self.programmed is None or self.programmed.noise_model != type(model).__name__:
            self.program_weights()
        if self.programmed.compensation != type(compensation).__name__:
            self.programmed = self.with_baseline(self.programmed)
        self.programmed = aged(model, self.programmed, t_inference, self.seed)
        if compensation is not None:
            output = self.forward_readout(compensation.get_readout_tensor(self.tile.get_x_size()))
            alpha = compensation.apply(output, self.programmed.baseline).reshape(-1)
            self.programmed = replace(self.programmed, alpha=alpha)

    @torch.no_grad()
    def forward_readout(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return what the programmed crossbar makes of vectors [vectors, in]: [vectors, out], without anything digital.

        Its random numbers depend on when the devices are read, and not on how often: so the tile goes on as before.
        """
        programmed, lines = self.programmed, self.kernel_tile.lines[0]
        if programmed is None:
            raise ConfigError('a readout needs programmed weights: call program_weights()')
        average, x = lines.average, vectors.to(self.device, torch.float32)[:, :, None].contiguous()
        y = self.forward_crossbar(x, weights=programmed.weights, stream=programmed.stream(self.seed, programmed.t_inference))
        lines.average = average
        return y[:, :, 0]

    # What follows an update.

    @torch.no_grad()
    def post_update_step(self) -> None:
        """Do what follows a step of an optimizer: diffusion, decay, clipping, remapping, and new modified weights."""
        super().post_update_step()
        self.notice_changes()
        config, weights = self.rpu_config, self.crossbar_weights()
        if config.clip.type is not WeightClipType.NONE:
            self.write_weights(as_tensor(clip_weights(as_array(weights), config.clip)))
        if config.remap.type is not WeightRemapType.NONE:
            scales = self.get_scales()
            scales = (torch.ones(1, device=self.device) if scales is None else scales).expand(self.out_size).contiguous()
            remapped, scales = map(as_tensor, remap_weights(as_array(weights), as_array(scales), config.remap))
            self.write_weights(remapped)
            self.set_scales(scales)
        if config.modifier.type is not WeightModifierType.NONE or config.modifier.pdrop > 0:
            drawn = modify_weights(as_array(weights), config.modifier, self.kernel_tile.next_stream())
            self.modified_weights = as_tensor(drawn)

    # Moving, copying, and what a checkpoint holds.

    def further_state(self) -> dict[str, Any]:
        """Return the programmed and the modified weights."""
        modified = self.modified_weights
        return {'programmed': state_of_programmed(self.programmed),
                'modified_weights': None if modified is None else modified.cpu().clone()}

    def read_further(self, state: dict[str, Any], rpu_config: Any, key: str) -> dict[str, Any]:
        """Return the programmed and the modified weights of a checkpoint."""
        shape = self.kernel_tile.shape
        programmed = programmed_from(state['programmed'], shape, rpu_config.noise_model, f'{key}.programmed')
        modified = saved_tensor(state['modified_weights'], shape, f'{key}.modified_weights', or_none=True)
        return {'programmed': None if programmed is None else programmed.map(lambda tensor: tensor.to(self.device)),
                'modified_weights': None if modified is None else modified.to(self.device)}

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> 'InferenceTileWithPeriphery':
        super()._apply(fn, recurse)
        self.programmed = None if self.programmed is None else self.programmed.map(fn)
        self.modified_weights = None if self.modified_weights is None else fn(self.modified_weights)
        return self


class InferenceTile(InferenceTileWithPeriphery):
    """A tile for inference whose products are those of the kernel (`aihwlab.simulator.configs.InferenceRPUConfig`)."""

    @property
    def shared_weights(self) -> AnalogContext:  # type: ignore[override]
        """The parameter that torch trains: `analog_ctx`."""
        return self.analog_ctx
