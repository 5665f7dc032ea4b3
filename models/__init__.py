"""Models that hear the content, by language; installed as the package `voiceguide_models`, which holds only data."""
