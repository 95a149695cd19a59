"""A made-up curriculum graph of any size, to measure with: the same for the same seed."""
