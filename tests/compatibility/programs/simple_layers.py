"""Single layers with all kinds of devices learn a few vectors: the first programs of most users."""

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from aihwlab.nn import AnalogConv1d, AnalogConv2d, AnalogConv3d, AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.configs import (
    ConstantStepDevice,
    FloatingPointDevice,
    FloatingPointRPUConfig,
    MixedPrecisionCompound,
    PulseType,
    SingleRPUConfig,
    SoftBoundsDevice,
    TransferCompound,
    UnitCellRPUConfig,
    VectorUnitCell,
    VectorUnitCellUpdatePolicy,
)
from aihwlab.simulator.configs.configs import DigitalRankUpdateRPUConfig
from aihwlab.simulator.rpu_base import cuda

x = Tensor([[0.1, 0.2, 0.4, 0.3], [0.2, 0.1, 0.1, 0.3]])
y = Tensor([[1.0, 0.5], [0.7, 0.3]])

deterministic = SingleRPUConfig(device=ConstantStepDevice())
deterministic.update.pulse_type = PulseType.DETERMINISTIC_IMPLICIT
deterministic.update.d_res_implicit = deterministic.update.x_res_implicit = 0.1
configs = {
    'one device': SingleRPUConfig(device=ConstantStepDevice()),
    'pulses without chance': deterministic,
    'exact': FloatingPointRPUConfig(device=FloatingPointDevice()),
    'several devices': UnitCellRPUConfig(device=VectorUnitCell(
        unit_cell_devices=[ConstantStepDevice(w_max=0.3), ConstantStepDevice(w_max_dtod=0.4)],
        update_policy=VectorUnitCellUpdatePolicy.SINGLE_RANDOM)),
    'fast and slow devices': UnitCellRPUConfig(device=TransferCompound(
        unit_cell_devices=[SoftBoundsDevice(w_min=-0.3, w_max=0.3), SoftBoundsDevice(w_min=-0.6, w_max=0.6)],
        transfer_every=2.0, gamma=0.1)),
    'mixed precision': DigitalRankUpdateRPUConfig(device=MixedPrecisionCompound(device=SoftBoundsDevice(),
                                                                                transfer_every=2)),
}
for name, rpu_config in configs.items():
    model = AnalogLinear(4, 2, bias=True, rpu_config=rpu_config)
    if cuda.is_compiled():
        x, y, model = x.cuda(), y.cuda(), model.cuda()
    print(model)
    print(model.analog_module.tile)
    optimizer = AnalogSGD(model.parameters(), lr=0.1)
    optimizer.regroup_param_groups(model)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(f'{name}: loss {losses[0]:.3f} at first, {losses[-1]:.3f} now')
    assert losses[-1] < losses[0] / 3, (name, losses)

for layer, image in ((AnalogConv1d(2, 3, 3, padding=1), torch.rand(4, 2, 6)),
                     (AnalogConv2d(2, 3, 3, stride=2, dilation=1, bias=False), torch.rand(4, 2, 7, 7)),
                     (AnalogConv3d(2, 3, 2, rpu_config=FloatingPointRPUConfig()), torch.rand(4, 2, 3, 3, 3))):
    model = AnalogSequential(layer)
    optimizer = AnalogSGD(model.parameters(), lr=0.05)
    optimizer.regroup_param_groups(model)
    before = layer.get_weights()[0].clone()
    model(image).square().sum().backward()
    optimizer.step()
    assert (layer.get_weights()[0] != before).any() and layer.weight is None
