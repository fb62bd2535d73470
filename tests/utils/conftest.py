"""What tests of pictures share."""

import matplotlib
import pytest
import torch
from matplotlib import pyplot as plt


@pytest.fixture
def no_window():
    """Draw without a window, from one seed, and leave no figure behind."""
    matplotlib.use('Agg')
    torch.manual_seed(1)
    yield
    plt.close('all')
