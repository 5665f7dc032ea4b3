"""What is measured, not asserted: scripts/bench."""
