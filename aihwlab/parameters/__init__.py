"""What the kernel reads: converters, pulse trains, devices, and what happens to weights, as dataclasses with one documented
field for each effect. Nothing here computes."""
