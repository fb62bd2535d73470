"""Digital layers of four bits: their ranges are estimated, learned and kept; and numbers of another floating-point format."""

import torch
from torch.nn import Linear, ReLU, Sequential
from torch.nn.functional import mse_loss

from aihwlab import extension
from aihwlab.nn.low_precision_conversion import convert_to_quantized
from aihwlab.nn.low_precision_modules.conversion_utils import append_default_conversions
from aihwlab.nn.low_precision_modules.quantization_states import (
    estimate_ranges,
    fix_ranges,
    full_precision,
    learn_ranges,
    quantized,
)
from aihwlab.nn.low_precision_modules.quantized_base_modules import QuantLinear
from aihwlab.simulator.parameters.quantization import QuantizationMap

quantization_map = QuantizationMap()
quantization_map.default_qconfig.weight_quant.n_bits = 4
quantization_map.default_qconfig.weight_quant.per_channel = True
quantization_map.default_qconfig.activation_quant.n_bits = 4
quantization_map.default_qconfig.activation_quant.symmetric = False
append_default_conversions(quantization_map)

x, target = torch.randn(200, 8), torch.randn(8, 3)
model = convert_to_quantized(Sequential(Linear(8, 16), ReLU(), Linear(16, 3)), quantization_map)
assert isinstance(model[0], QuantLinear)


def train(steps, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = mse_loss(model(x), x @ target)
        loss.backward()
        optimizer.step()
    return loss.item()


estimate_ranges(model)
estimated = train(150, 0.02)
learn_ranges(model)
learned = train(150, 0.005)
fix_ranges(model)
model.eval()
kept = mse_loss(model(x), x @ target).item()
full_precision(model)
exact = mse_loss(model(x), x @ target).item()
quantized(model)
print(f'loss with ranges that are estimated {estimated:.3f}, learned {learned:.3f}, kept {kept:.3f}; not rounded {exact:.3f}')
assert learned < estimated and abs(kept - learned) < 0.2 * learned

if extension.EXTENSION_COMPILED:
    cast = extension.FloatPrecisionCast(exponent=5, mantissa=10)
    assert torch.equal(cast(x), x.half().float())
