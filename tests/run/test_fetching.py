"""What is asked for, and from where it comes."""

from tests.store.crates import offer
from voiceguide.run.fetching import vouched, wanted
from voiceguide.run.settings import Settings
from voiceguide.store.manifest import Trust, offers
from voiceguide.store.record import Record


def test_a_name_of_the_list_comes_from_its_address_or_from_the_mirror() -> None:
    (german,) = [each for each in offers() if each.language == "de"]
    assert wanted(german.name, None, Settings()) == (german, None)
    mirrored, _ = wanted(german.name, None, Settings(mirror="http://nas.local/vosk/"))
    assert mirrored.address == f"http://nas.local/vosk/{german.name}.zip"
    assert mirrored.sha256 == german.sha256
    assert mirrored.trust is Trust.LIST


def test_who_vouches_is_told() -> None:
    known = offer("https://example.org/model.zip", b"archive")
    record = Record(
        name="model",
        language="",
        address=known.address,
        license="unknown",
        archive_size=7,
        archive_sha256=known.sha256,
        trust=Trust.LIST,
        files={},
    )
    assert vouched(record) == "its SHA-256 is that of the list"
