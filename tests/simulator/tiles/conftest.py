"""Each test of a tile starts with the same random numbers; otherwise the devices of its tile would be others each time."""

import pytest
import torch


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)
