"""Which frames the network sees: what its training and its inputs must agree on."""

OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-6, -3, 0), (-6, -3, 0))
"""By layer: which frames (10 ms) of the layer below it sees. The first two see every frame, the others every third.

The future is short on purpose: what the network waits for, the person waits for.
"""
PAST = -sum(offsets[0] for offsets in OFFSETS)
FUTURE = sum(offsets[-1] for offsets in OFFSETS)
"""Frames before and after the one to be judged that the whole network sees."""
