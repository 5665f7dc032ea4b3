"""What many tests need: the built-in content, read once."""

import pytest

from voiceguide.content.load import find_content, load
from voiceguide.content.schema import Library


@pytest.fixture(scope="session")
def library() -> Library:
    """The English content."""
    return load(find_content("en"))
