"""Analog in-memory computing to learn from: analog layers for PyTorch over a small, readable crossbar simulator."""

__version__ = '0.1.0'
