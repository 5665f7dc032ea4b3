"""The only place that builds objects and reads a clock."""
