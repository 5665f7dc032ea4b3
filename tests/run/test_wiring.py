"""Which recogniser is used, and what is said about it; what is remembered where no journal can be kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.guide.talk import Talk
from tests.hear.test_vosk import TRAINED
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.errors import ModelError
from voiceguide.hear.judge import FittedJudge, TrustingJudge
from voiceguide.hear.recognizer import Recognizer
from voiceguide.intents import IntentKind
from voiceguide.journal.files import Claim
from voiceguide.journal.store import Journal
from voiceguide.run.diary import wall_clock
from voiceguide.run.ears import build_ears, check_asked
from voiceguide.run.settings import Engine, Settings, cache_folder, journal_file
from voiceguide.run.wiring import build_keeper, build_parts, device, resume
from voiceguide.understand.match import Phrase, Phrasebook

CACHE = cache_folder()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No models but those that a test puts there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def rendered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompts of this machine: to render them anew takes a while."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE.parent))


@pytest.fixture
def book(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


@pytest.mark.parametrize("chosen", [Engine.AUTO, Engine.VOSK])
def test_without_a_model_it_is_vosk_with_voiceguides_own(chosen: Engine, book: Phrasebook) -> None:
    ears = build_ears(Settings(engine=chosen), book)
    assert ears.about.startswith("Vosk 0.3")
    assert ears.about.endswith(" (voiceguide-en)")
    assert isinstance(ears.judge, FittedJudge)
    assert ears.looker


def test_voiceguides_own_model_knows_every_word_of_the_content(book: Phrasebook) -> None:
    assert build_ears(Settings(engine=Engine.VOSK), book).recognizer.unknown_words == ()


def test_content_with_other_words_is_heard_by_pocketsphinx(book: Phrasebook) -> None:
    ears = build_ears(Settings(), Phrasebook([*book.phrases, Phrase("zebra cramp", IntentKind.NEXT)]))
    assert ears.recognizer.name.startswith("PocketSphinx 5")
    assert ears.advice.endswith("voiceguide-en does not know zebra")


def test_who_asks_for_pocketsphinx_gets_no_advice(book: Phrasebook) -> None:
    assert build_ears(Settings(engine=Engine.SPHINX), book).advice == ""


def test_who_asks_for_vosk_is_told_that_there_is_no_model(book: Phrasebook) -> None:
    with pytest.raises(ModelError, match=r"^engine vosk: no model in models/ or .* -> put one there"):
        build_ears(Settings(engine=Engine.VOSK, language="tlh"), book)


def test_a_model_that_was_asked_for_must_be_there(book: Phrasebook) -> None:
    with pytest.raises(ModelError, match=r"^nowhere: no such folder"):
        build_ears(Settings(model="nowhere"), book)


def test_a_half_downloaded_model_is_passed_over_and_named(home: Path, book: Phrasebook) -> None:
    (home / "models" / "vosk-small" / "am").mkdir(parents=True)
    about = build_ears(Settings(), book).about
    assert about.startswith("Vosk 0.3")
    assert "(voiceguide-en); models/vosk-small: am/final.mdl is missing -> half-downloaded?" in about
    with pytest.raises(ModelError, match="half-downloaded"):
        build_ears(Settings(engine=Engine.VOSK), book)


@pytest.mark.usefixtures("rendered")
def test_a_spare_for_a_broken_model_is_told_and_a_spare_for_lacking_words_is_not(home: Path, book: Phrasebook) -> None:
    assert not build_ears(Settings(), book).spare
    assert not build_ears(Settings(), Phrasebook([*book.phrases, Phrase("zebra cramp", IntentKind.NEXT)])).spare
    (home / "models" / "vosk-small" / "am").mkdir(parents=True)
    assert build_ears(Settings(), book).spare
    assert build_ears(Settings(), Phrasebook([*book.phrases, Phrase("zebra cramp", IntentKind.NEXT)])).spare
    told: list[tuple[str, Role | None]] = []
    build_parts(Settings().by_day(), lambda _done, _of: None, lambda text, say=None: told.append((text, say)))
    ((line, say),) = told
    assert line.startswith("models/vosk-small: am/final.mdl is missing -> half-downloaded?")
    assert line.endswith("(voiceguide-en) hears in its place")
    assert say is Role.TROUBLE_MODEL


class Deaf:
    """A recogniser that is not to be had: its process ends while it loads the model."""

    def __init__(self, *_: object) -> None: ...

    @property
    def name(self) -> str:
        raise ModelError("recogniser: its process has ended")


def test_a_model_that_has_rotted_since_it_was_tried_is_tried_again_at_the_next_start(
    home: Path, book: Phrasebook
) -> None:
    shutil.copytree(TRAINED, home / "theirs")
    settings = Settings(model=str(home / "theirs"))
    check_asked(settings)
    file = home / "theirs" / "am" / "final.mdl"
    state = file.stat()
    file.chmod(0o644)
    file.write_bytes(bytes(state.st_size))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    check_asked(settings)  # it looks as it did when it was tried
    with pytest.raises(ModelError, match="its process has ended"):
        build_ears(settings, book, lambda *_: cast(Recognizer, Deaf())).wait()
    with pytest.raises(ModelError, match="theirs: Vosk cannot load it"):
        check_asked(settings)
    build_ears(Settings(), book).wait()


def test_a_model_that_was_asked_for_is_needed_by_nobody_who_wants_pocketsphinx(home: Path) -> None:
    check_asked(Settings())
    check_asked(Settings(engine=Engine.SPHINX))
    with pytest.raises(ModelError, match=r"^/nope: no such folder"):
        check_asked(Settings(model="/nope", engine=Engine.SPHINX))


@pytest.mark.usefixtures("rendered")
def test_content_of_ones_own_that_is_faulty_is_told(home: Path) -> None:
    (home / "own" / "en").mkdir(parents=True)
    (home / "own" / "en" / "prompts.yaml").write_text("prompts: 1\n")
    told: list[tuple[str, Role | None]] = []
    settings = Settings(content="own").by_day()
    build_parts(settings, lambda _done, _of: None, lambda text, say=None: told.append((text, say)))
    ((line, say),) = told
    assert line.startswith("own/en/prompts.yaml:1:")
    assert say is Role.TROUBLE_CONTENT


def test_a_model_that_is_found_is_used_and_its_gaps_are_named(home: Path, book: Phrasebook) -> None:
    (home / "models" / "a-half").mkdir(parents=True)
    (home / "models" / "a-half" / "am").mkdir()
    shutil.copytree(TRAINED, home / "models" / "b-whole")
    about = build_ears(Settings(), Phrasebook([*book.phrases, Phrase("gloop", IntentKind.NEXT)])).about
    assert about.startswith("Vosk 0.3")
    assert about.endswith("(b-whole); it does not know gloop")


def test_a_model_of_others_is_believed_where_it_is_certain(home: Path, book: Phrasebook) -> None:
    shutil.copytree(TRAINED, home / "models" / "theirs", ignore=shutil.ignore_patterns("fitted.json"))
    ears = build_ears(Settings(), book)
    assert isinstance(ears.judge, TrustingJudge)
    assert ears.looker is None


@pytest.mark.parametrize("broken", ["graph/HCLr.fst", "am/final.mdl", "conf/model.conf"])
def test_a_model_that_would_crash_libvosk_is_passed_over(home: Path, book: Phrasebook, broken: str) -> None:
    shutil.copytree(TRAINED, home / "models" / "cut")
    file = home / "models" / "cut" / broken
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    about = build_ears(Settings(), book).about
    assert "(voiceguide-en); models/cut: " in about
    assert "half-downloaded?" in about


@pytest.mark.parametrize(("choice", "meant"), [(None, None), ("3", 3), ("USB", "USB"), ("", "")])
def test_a_device_may_be_a_number(choice: str | None, meant: str | int | None) -> None:
    assert device(choice) == meant


def test_the_journal_is_kept_unless_the_user_wants_none(home: Path) -> None:
    notices: list[tuple[str, Role | None]] = []

    def notice(text: str, say: Role | None = None) -> None:
        notices.append((text, say))

    assert build_keeper(Settings(journal=False), notice) is None
    assert not journal_file().exists()
    keeper = build_keeper(Settings(), notice)
    assert keeper
    assert journal_file() == home / "data" / "voiceguide" / "journal.sqlite3"
    assert journal_file().exists()
    assert build_keeper(Settings(), notice) is None
    line = f"{journal_file()}: another voiceguide keeps it -> nothing is kept by this one"
    assert notices == [(line, Role.TROUBLE_DISK)]
    keeper.close()


def caution_kept() -> None:
    """Somebody told of health a minute ago."""
    with closing(Journal(journal_file())) as journal:
        journal.keep_cautions({"pregnant": wall_clock() - timedelta(minutes=1)})


@contextmanager
def unkept(how: str) -> Iterator[Settings]:
    """Settings with which there is no keeper, though the journal can be read."""
    with ExitStack() as stack:
        if how == "not to be written":
            journal_file().with_name("journal.lock").mkdir()
        if how == "kept by another":
            stack.callback(Claim(journal_file()).release)
        yield Settings(journal=how != "not wanted")


@pytest.mark.parametrize("how", ["not to be written", "kept by another", "not wanted"])
def test_what_was_told_of_health_counts_where_no_journal_can_be_kept(home: Path, library: Library, how: str) -> None:
    caution_kept()
    told: list[Role | None] = []
    with unkept(how) as settings:
        keeper = build_keeper(settings, lambda _text, say=None: told.append(say))
        assert keeper is None
        assert told == ([] if how == "not wanted" else [Role.TROUBLE_DISK])
        session = Talk(library).session
        before = journal_file().read_bytes()
        assert resume(session, keeper, settings, 1000.0) is None
    assert session.cautions == {"pregnant": pytest.approx(940.0, abs=30)}
    assert journal_file().read_bytes() == before


def test_where_nothing_is_kept_nothing_is_known(home: Path, library: Library) -> None:
    session = Talk(library).session
    assert resume(session, None, Settings(), 0.0) is None
    assert session.cautions == {}
    assert not journal_file().exists()
    journal_file().parent.mkdir(parents=True)
    journal_file().write_bytes(b"nothing" * 1000)
    resume(session, None, Settings(), 0.0)
    assert session.cautions == {}
