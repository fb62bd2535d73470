"""Conductances for a chip with one device for each weight, and what was measured on the chip back in the network."""

import csv
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from torch.nn import Module

from aihwlab.exceptions import ArgumentError, FusionExportError, TileError
from aihwlab.inference.converter.base import BaseConductanceConverter
from aihwlab.inference.converter.fusion import FusionConductanceConverter
from aihwlab.parameters.validation import require
from aihwlab.simulator.tiles.inference import InferenceTileWithPeriphery
from aihwlab.simulator.tiles.module import TileModule

Conductances = OrderedDict[str, list[float]]
"""Conductances of each tile, row by row, uS, by the name of the tile in the network."""

HEADER = 'number', 'class', 'weights', 'height', 'width', 'name'
"""What the first lines of a file say of each tile; a line of conductances follows for each."""


@torch.no_grad()
def fusion_export(analog_model: Module, g_converter: BaseConductanceConverter | None = None,
                  file_name: str | PathLike[str] | None = None) -> tuple[Conductances, OrderedDict[str, Any], dict[str, Any]]:
    """Return the conductances to which the devices of a chip are to be programmed, for the trained weights of a network.

    Args:
        analog_model: a network whose tiles are for inference.
        g_converter: converter to one conductance for each weight; by default a `FusionConductanceConverter`.
        file_name: where to write a table of comma-separated values: lines with the number, class, number of weights, height
            (outputs) and width (inputs) of all tiles, and their names, then a line of conductances for each tile.

    Returns:
        The conductances of each tile, what `fusion_import` needs to convert them back, and the state of the network.

    Raises:
        TileError: for a tile that is not for inference, or a network without tiles.
        ArgumentError: for what is no converter to one conductance for each weight.
    """
    converter = converter_from(g_converter)
    conductances: Conductances = OrderedDict()
    params: OrderedDict[str, Any] = OrderedDict()
    for name, tile in tiles_for_inference(analog_model).items():
        found, params[name] = converter.convert_to_conductances(tile.crossbar_weights())
        if len(found) != 1:
            raise ArgumentError(f'g_converter = {converter}: must make one conductance of each weight, not {len(found)}')
        conductances[name] = found[0].reshape(-1).tolist()
    if file_name is not None:
        with Path(file_name).open('w', newline='', encoding='utf-8') as file:
            csv.writer(file).writerows([*header_of(analog_model), *conductances.values()])
    return conductances, params, analog_model.state_dict()


def fusion_import(conductance_data: str | PathLike[str] | Mapping[str, Sequence[float]], analog_model: Module,
                  params: Mapping[str, Any], state_dict: Mapping[str, Any] | None = None,
                  g_converter: BaseConductanceConverter | None = None) -> Module:
    """Let a network see what was measured on a chip: its tiles have these weights programmed, and it is in evaluation mode.

    The trained weights stay as they are. From the measured ones, `drift_analog_weights` goes on with the models of noise of
    the configurations.

    Args:
        conductance_data: a file as `fusion_export` has written it, or conductances of each tile by its name, uS.
        analog_model: the network.
        params: what `fusion_export` has returned.
        state_dict: state to load before; by default the network stays as it is.
        g_converter: the converter that was exported with.

    Returns:
        The same network.

    Raises:
        TileError: for a tile that is not for inference, or a network without tiles.
        ArgumentError: for what is no converter.
        FusionExportError: for conductances or parameters that do not belong to this network. Nothing is changed.
    """
    converter, tiles = converter_from(g_converter), tiles_for_inference(analog_model)
    named = conductance_data if isinstance(conductance_data, Mapping) else read(Path(conductance_data), analog_model)
    for what, given in (('conductances', named), ('params', params)):
        if set(given) != set(tiles):
            raise FusionExportError(f'{what} of {", ".join(given) or "nothing"}: must be of {", ".join(tiles)}')
    weights = {name: weights_of(name, named[name], tile.kernel_tile.shape, params[name], converter)
               for name, tile in tiles.items()}
    if state_dict is not None:
        analog_model.load_state_dict(state_dict)
    for name, tile in tiles.items():
        tile.take_measured_weights(weights[name])
    return analog_model.eval()


def weights_of(name: str, conductances: Sequence[float], shape: tuple[int, int], params: Any,
               converter: BaseConductanceConverter) -> torch.Tensor:
    """Return the weights in the crossbar of a tile, [out, in], for its conductances.

    Raises:
        FusionExportError: if there is another number of them, one is impossible, or the parameters are not those of the tile.
    """
    measured = torch.tensor([float(conductance) for conductance in conductances])
    if len(measured) != shape[0] * shape[1] or not (torch.isfinite(measured) & (measured >= 0)).all():
        raise FusionExportError(f'{len(measured)} conductances of {name}: must be {shape[0]} x {shape[1]} finite numbers, '
                                'none of them negative')
    try:
        weights = converter.convert_back_to_weights([measured.reshape(shape)], params)
    except (RuntimeError, TypeError, ValueError) as error:
        raise FusionExportError(f'params of {name}: must be those of its export; {error}') from error
    return weights


def read(path: Path, analog_model: Module) -> Conductances:
    """Return the conductances that a file holds for the tiles of a network.

    Raises:
        FusionExportError: if its first lines are not those that the network would have, or it has another number of lines.
    """
    with path.open(newline='', encoding='utf-8') as file:
        lines = list(csv.reader(file))
    expected = header_of(analog_model)
    for what, line, wanted in zip(HEADER, lines, expected):
        if line != wanted:
            raise FusionExportError(f'{what} = {", ".join(line)} in {path.name}: must be {", ".join(wanted)} for this network')
    rows = lines[len(HEADER):]
    if len(rows) != len(expected[-1]):
        raise FusionExportError(f'{len(rows)} lines of conductances in {path.name}: must be {len(expected[-1])}')
    try:
        return OrderedDict((name, list(map(float, row))) for name, row in zip(expected[-1], rows))
    except ValueError as error:
        raise FusionExportError(f'conductances in {path.name}: must be numbers; {error}') from error


def header_of(analog_model: Module) -> list[list[str]]:
    """Return the first lines of a file for a network."""
    tiles = tiles_for_inference(analog_model)
    shapes = [tile.kernel_tile.shape for tile in tiles.values()]
    columns = zip(range(len(tiles)), (type(tile).__name__ for tile in tiles.values()), (out * into for out, into in shapes),
                  (out for out, _ in shapes), (into for _, into in shapes), tiles)
    return [list(map(str, line)) for line in zip(*columns)]


def tiles_for_inference(analog_model: Module) -> dict[str, InferenceTileWithPeriphery]:
    """Return the tiles of a network by name.

    Raises:
        TileError: for a tile that is not for inference, or a network without tiles.
    """
    tiles = {name: tile for name, tile in analog_model.named_modules() if isinstance(tile, TileModule)}
    for name, tile in tiles.items():
        if not isinstance(tile, InferenceTileWithPeriphery):
            raise TileError(f'{name} is a {type(tile).__name__}: must be an InferenceTile, whose weights are programmed')
    if not tiles:
        raise TileError(f'{type(analog_model).__name__}: must have analog tiles')
    return tiles  # type: ignore[return-value]


def converter_from(g_converter: BaseConductanceConverter | None) -> BaseConductanceConverter:
    """Return a converter, by default that of the fusion chip."""
    converter = FusionConductanceConverter() if g_converter is None else g_converter
    require('g_converter', converter, BaseConductanceConverter, error=ArgumentError)
    return converter
