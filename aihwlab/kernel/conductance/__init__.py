"""From a weight to a programmed, drifted, read cell: the one home of the statistics of measured memories."""
