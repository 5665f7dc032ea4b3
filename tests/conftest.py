"""What many tests need: the built-in content, read once."""

import pytest
from hypothesis import settings

from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load

# A busy machine may take its time; how long anything takes is no matter of tests
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def library() -> Library:
    """The English content."""
    return load(*find_content("en"))
