"""A generator and a discriminator on tiles of mixed precision learn from each other to draw numbers of a distribution."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from aihwlab.nn import AnalogLinear, AnalogSequential
from aihwlab.optim import AnalogSGD
from aihwlab.simulator.parameters import MappingParameter
from aihwlab.simulator.presets import MixedPrecisionEcRamMOPreset

RPU_CONFIG = MixedPrecisionEcRamMOPreset()
RPU_CONFIG.mapping = MappingParameter(digital_bias=True, weight_scaling_omega=0.6)


class Generator(AnalogSequential):
    def __init__(self, z_dim=4):
        super().__init__()
        self.z_dim = z_dim
        self.gen = nn.Sequential(AnalogLinear(z_dim, 16, rpu_config=RPU_CONFIG), nn.LeakyReLU(0.2),
                                 AnalogLinear(16, 2, rpu_config=RPU_CONFIG))

    def forward(self, noise):
        return self.gen(noise)


discriminator = AnalogSequential(AnalogLinear(2, 16, rpu_config=RPU_CONFIG), nn.LeakyReLU(0.2),
                                 nn.Linear(16, 1))
generator = Generator()
gen_opt = AnalogSGD(generator.parameters(), lr=0.1)
gen_opt.regroup_param_groups(generator)
disc_opt = AnalogSGD(discriminator.parameters(), lr=0.1)
disc_opt.regroup_param_groups(discriminator)
center = torch.tensor([1.0, -1.0])
distance = [(generator(torch.randn(200, 4)).mean(0) - center).norm().item()]
for _ in range(150):
    real = center + 0.2 * torch.randn(32, 2)
    disc_opt.zero_grad()
    fake = generator(torch.randn(32, generator.z_dim))
    scores = discriminator(torch.cat([real, fake.detach()]))
    loss = binary_cross_entropy_with_logits(scores, torch.cat([torch.ones(32, 1), torch.zeros(32, 1)]))
    loss.backward(retain_graph=True)
    disc_opt.step()
    gen_opt.zero_grad()
    fake = generator(torch.randn(32, generator.z_dim))
    gen_loss = binary_cross_entropy_with_logits(discriminator(fake), torch.ones(32, 1))
    gen_loss.backward()
    gen_opt.step()
    distance.append((generator(torch.randn(200, 4)).mean(0) - center).norm().item())
print(f'distance from the center: {distance[0]:.2f} at first, {min(distance):.2f} at best')
assert min(distance) < distance[0] / 2
