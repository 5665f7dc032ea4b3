"""What is said and understood, by language; installed as the package `voiceguide_content`, which holds only data."""
