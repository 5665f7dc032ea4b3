"""The dialogue, pure: no clock, no thread, no audio, no file. Time is an argument."""
