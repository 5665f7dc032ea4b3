"""Property tests without a time limit: how fast the machine is proves nothing."""

from hypothesis import settings

settings.register_profile("voiceguide")
settings.load_profile("voiceguide")
