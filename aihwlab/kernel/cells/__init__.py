"""What stands at the crosspoints of a tile: one kind of cell a file, and `contract.py`, what all of them can do."""
