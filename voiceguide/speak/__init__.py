"""From prompts to sound: clips prepared beforehand, tones, a mixer exact to the sample, the speaker."""
