"""A trained network is exported for a chip, and what was measured there is imported again."""

import tempfile
from pathlib import Path

import torch
from torch.nn import Flatten, Tanh

from aihwlab.inference.converter.fusion import FusionConductanceConverter
from aihwlab.nn import AnalogConv2dMapped, AnalogLinearMapped, AnalogSequential
from aihwlab.nn.modules.base import AnalogLayerBase
from aihwlab.simulator.presets.web import WebComposerInferenceRPUConfig
from aihwlab.utils.export import fusion_export, fusion_import

rpu_config = WebComposerInferenceRPUConfig()
rpu_config.mapping.max_input_size = rpu_config.mapping.max_output_size = 32
model = AnalogSequential(AnalogConv2dMapped(1, 4, 3, rpu_config=rpu_config), Tanh(), Flatten(),
                         AnalogLinearMapped(64, 3, rpu_config=rpu_config))
for layer in model:
    if isinstance(layer, AnalogLayerBase):
        for tile in layer.analog_tiles():
            print(tile.rpu_config.mapping, tile.tile)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / 'conductances.csv'
    conductances, params, state_dict = fusion_export(model, FusionConductanceConverter(g_max=40), str(path))
    assert path.exists() and all(0 <= g <= 40 for values in conductances.values() for g in values)
    measured = fusion_import(str(path), model, params, state_dict, FusionConductanceConverter(g_max=40))
x = torch.rand(5, 1, 6, 6)
assert not measured.training and measured(x).shape == (5, 3)
