"""Which inputs are correlated? Tiles that are updated with the products of signals tell, without any layer."""

import torch

from aihwlab.simulator.configs import (
    ChoppedTransferCompound,
    DynamicTransferCompound,
    IOParameters,
    MixedPrecisionCompound,
    SoftBoundsReferenceDevice,
    UnitCellRPUConfig,
    UpdateParameters,
)
from aihwlab.simulator.configs.configs import DigitalRankUpdateRPUConfig
from aihwlab.simulator.presets import StandardIOParameters
from aihwlab.simulator.tiles import AnalogTile
from aihwlab.simulator.tiles.transfer import TorchTransferTile

SIZE, STEPS = 8, 300
device = SoftBoundsReferenceDevice(dw_min=0.02, dw_min_std=0.3, reference_std=0.05, subtract_symmetry_point=True)


def compound(cls, **settings):
    return UnitCellRPUConfig(
        device=cls(unit_cell_devices=[device, device], transfer_forward=StandardIOParameters(),
                   transfer_update=UpdateParameters(desired_bl=1, update_bl_management=False, update_management=False),
                   transfer_every=1.0, units_in_mbatch=False, fast_lr=0.1, in_chop_prob=0.05, **settings),
        forward=IOParameters(is_perfect=True), backward=IOParameters(is_perfect=True))


configs = {
    'c-TTv2': compound(ChoppedTransferCompound),
    'AGAD': compound(DynamicTransferCompound),
    'AGAD in torch': compound(DynamicTransferCompound),
    'mixed precision': DigitalRankUpdateRPUConfig(device=MixedPrecisionCompound(device=device, transfer_every=1)),
}
for name, rpu_config in configs.items():
    tile_class = TorchTransferTile if name.endswith('in torch') else AnalogTile
    rpu_config.tile_class = tile_class
    tile = tile_class(SIZE, SIZE, rpu_config)
    tile.set_weights(torch.zeros(SIZE, SIZE))
    tile.set_learning_rate(0.05)
    hidden = tile.get_hidden_parameters()
    assert set(tile.tile.get_hidden_parameter_names()) == set(hidden)
    tile.set_hidden_parameters(hidden)
    common = torch.randn(STEPS, 1)
    signals = torch.randn(STEPS, SIZE)
    signals[:, :3] = 0.8 * common + 0.6 * signals[:, :3]  # the first three are correlated
    for x in signals:
        tile.update(x[None], -x[None])  # W <- W + lr x x^T
        tile.post_update_step()
    weights = tile.tile.get_weights().clone().fill_diagonal_(0.0)
    inside = weights[:3, :3].sum() / 6
    outside = (weights.sum() - weights[:3, :3].sum()) / (SIZE * (SIZE - 1) - 6)
    state = tile.state_dict(destination={})
    other = tile_class(SIZE, SIZE, rpu_config)
    other.load_state_dict(state)
    assert torch.equal(other.tile.get_weights(), tile.tile.get_weights())
    print(f'{name}: weights of correlated inputs {inside:.3f}, of others {outside:.3f}')
    assert inside > 2 * abs(outside) and inside > 0.02
