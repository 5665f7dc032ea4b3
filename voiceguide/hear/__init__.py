"""From microphone blocks to words, decided before the silence ends."""
