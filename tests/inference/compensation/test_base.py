"""The base of all compensations says what a class of one's own must have."""

import pytest
import torch

from aihwlab.inference import BaseDriftCompensation


def test_what_is_missing_is_named():
    with pytest.raises(NotImplementedError, match='BaseDriftCompensation must have the method get_readout_tensor'):
        BaseDriftCompensation().get_readout_tensor(3)
    with pytest.raises(NotImplementedError, match='BaseDriftCompensation must have the method readout'):
        BaseDriftCompensation().apply(torch.ones(1, 1), torch.ones(1))
