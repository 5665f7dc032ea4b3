"""voiceguide: an offline voice that leads your fingers to an acupressure point when a leg cramps at night.

The flow, one way:

    hear        microphone blocks -> is it speech? -> words, decided before the silence ends
    understand  words -> what was meant, out of what makes sense now
    guide       the dialogue: one transition table, timelines, no clock of its own
    speak       prepared clips and tones, mixed at exact samples
    run         the only place that builds objects and reads a clock

What is said and understood lives in `content/<language>/`, not in the code.
"""

__version__ = "0.1.0"
