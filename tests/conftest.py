"""What many tests need: the built-in content, read once."""

import pytest

from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load


@pytest.fixture(scope="session")
def library() -> Library:
    """The English content."""
    return load(*find_content("en"))
