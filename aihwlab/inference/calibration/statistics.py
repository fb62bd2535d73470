"""What is remembered of the inputs of a tile, batch after batch, until its input range follows."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import torch


class Statistic(ABC):
    """One number that follows from all inputs that a tile has seen."""

    def look(self, vectors: torch.Tensor) -> None:
        """Look at one batch of inputs, [batch, in, positions]; vectors of zeros do not count."""
        rows = vectors.detach().transpose(1, 2).reshape(-1, vectors.shape[1])
        rows = rows[(rows != 0).any(dim=1)]
        if len(rows):
            self.add(rows)

    @abstractmethod
    def add(self, rows: torch.Tensor) -> None:
        """Take in some vectors, [vectors, in]."""

    @abstractmethod
    def value(self) -> float | None:
        """Return the number, or None if there was nothing to look at."""


class MovingMean(Statistic):
    """The mean over batches of what a function gives for each; batches for which it is not positive do not count.

    Args:
        function: of vectors [vectors, in].
        most: number of batches, after which no more count.
    """

    def __init__(self, function: Callable[[torch.Tensor], float], most: float = float('inf')) -> None:
        self.function, self.most, self.count, self.mean = function, most, 0, 0.0

    def add(self, rows: torch.Tensor) -> None:
        """Take in a batch."""
        if self.count < self.most and rows.numel() > 1 and (found := self.function(rows)) > 0:
            self.mean = (self.mean * self.count + found) / (self.count + 1)
            self.count += 1

    def value(self) -> float | None:
        """Return the mean."""
        return self.mean if self.count else None


class Cache(Statistic):
    """A quantile of the magnitudes in vectors that were kept: of all vectors so far, each is kept with the same probability.

    Args:
        quantile: in (0, 1].
        most: number of vectors that are kept.
        generator: random numbers of the choice.
    """

    def __init__(self, quantile: float, most: int, generator: torch.Generator) -> None:
        self.quantile, self.most, self.generator = quantile, most, generator
        self.rows, self.keys = torch.empty(0), torch.empty(0)

    def add(self, rows: torch.Tensor) -> None:
        """Keep the vectors that have drawn the largest numbers so far."""
        rows = rows.cpu()
        self.rows = torch.cat([self.rows, rows]) if len(self.rows) else rows
        self.keys = torch.cat([self.keys, torch.rand(len(rows), generator=self.generator)])
        if len(self.rows) > self.most:
            self.keys, kept = self.keys.topk(self.most)
            self.rows = self.rows[kept]

    def value(self) -> float | None:
        """Return the quantile."""
        return quantile_of(self.rows, self.quantile) if len(self.rows) else None


class Largest(Statistic):
    """The largest magnitude."""

    def __init__(self) -> None:
        self.largest = 0.0

    def add(self, rows: torch.Tensor) -> None:
        """Take in some vectors."""
        self.largest = max(self.largest, rows.abs().max().item())

    def value(self) -> float | None:
        """Return the largest magnitude."""
        return self.largest or None


def quantile_of(rows: torch.Tensor, quantile: float) -> float:
    """Return a quantile of magnitudes; those of torch are for 16 million numbers at most."""
    return float(np.quantile(rows.abs().cpu().numpy(), quantile))
