"""Digital numbers in low precision: rounding, and how the range of the numbers is found."""
