"""From words to meaning: one set of templates makes the recogniser's grammar and does the matching."""
