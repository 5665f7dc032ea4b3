"""What is kept of the nights: a small database on this device, and what can be read from it."""
