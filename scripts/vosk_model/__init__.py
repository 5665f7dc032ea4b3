"""Builds a Vosk model from nothing but Python and numpy, and trains it with torch. See README.md."""
