"""Factors that undo the drift of a tile's outputs."""
