"""The ranges of inputs are found after training, from data, in the four ways that there are."""

import torch
from torch.nn import Linear, ReLU, Sequential

from aihwlab.inference.calibration import InputRangeCalibrationType, calibrate_input_ranges
from aihwlab.nn.conversion import convert_to_analog
from aihwlab.simulator.configs import InferenceRPUConfig, NoiseManagementType, TorchInferenceRPUConfig
from aihwlab.simulator.presets import StandardHWATrainingPreset

digital = Sequential(Linear(8, 16), ReLU(), Linear(16, 4))
batches = [2 * torch.randn(32, 8) for _ in range(6)]


class Loader:
    def __iter__(self):
        return iter([((batch,), {}) for batch in batches])


for config in (InferenceRPUConfig(), TorchInferenceRPUConfig(), StandardHWATrainingPreset()):
    config.forward.out_noise = 0.01
    for calibration_type in InputRangeCalibrationType:
        if calibration_type is InputRangeCalibrationType.NONE:
            continue
        model = convert_to_analog(digital, config)
        calibrate_input_ranges(model=model, calibration_type=calibration_type, dataloader=Loader(), quantile=0.99,
                               max_samples=200, std_alpha=3.0)
        tiles = dict(model.named_analog_tiles())
        ranges = [tile.input_range.data.item() for tile in tiles.values()]
        print(f'{type(config).__name__}, {calibration_type.name}: ranges {ranges}')
        assert len(ranges) == 2 and all(1 < found < 12 for found in ranges)
        assert all(tile.rpu_config.forward.noise_management is NoiseManagementType.NONE for tile in tiles.values())
        model.eval()
        difference = (model(batches[0]) - digital(batches[0])).abs().mean()
        assert difference < 0.5 * digital(batches[0]).abs().mean()
