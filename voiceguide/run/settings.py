"""What the user may choose: a YAML file, and options of the command line above it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, Field, model_validator

from voiceguide.content.fields import Model, Pronunciation
from voiceguide.content.templates import normalise
from voiceguide.guide.script import Options
from voiceguide.run.documents import read_document

_DEFAULT = Options()


def _digits(number: str) -> str:
    if not number.replace(" ", "").isdecimal():
        raise ValueError(f"must be digits, e.g. 112, not '{number}'")
    return number


def _one_word(word: str) -> str:
    if normalise(word) != word or " " in word:
        raise ValueError(f"must be one word in lower case, not '{word}'")
    return word


Wait = Annotated[float, Field(ge=1, le=600)]
Word = Annotated[str, AfterValidator(_one_word)]
Variants = Annotated[tuple[Pronunciation, ...], Field(min_length=1)]


class Engine(StrEnum):
    """Which recogniser."""

    AUTO = "auto"
    """Vosk, with a model that somebody put here, else with voiceguide's own; PocketSphinx where that can't be."""
    VOSK = "vosk"
    SPHINX = "sphinx"


class _Chosen(Model):
    """A mapping of the settings file."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, data: Any) -> Any:
        """A key whose values are all commented out."""
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class GuideSettings(_Chosen):
    """Waiting times in seconds; see `guide.script.Options`."""

    step_wait: Wait = _DEFAULT.step_wait
    stretch_hold: Wait = _DEFAULT.stretch_hold
    answer_wait: Wait = _DEFAULT.answer_wait
    rounds: Annotated[int, Field(ge=1, le=5)] = _DEFAULT.rounds


class HearingSettings(_Chosen):
    """How one person is heard; `voiceguide tune` writes it."""

    caution: Annotated[float, Field(ge=-2, le=2)] = 0.0
    """Log-odds added to what a phrase needs before it acts: less than 0 acts on what is heard less clearly."""
    pronunciations: dict[Word, Variants] = {}  # noqa: RUF012 - pydantic copies it
    """By word, how this person says it (ARPABET), in place of all other ways; for PocketSphinx."""


class Settings(_Chosen):
    """All settings, with their defaults."""

    language: str = "en"
    content: str | None = None
    """A folder of languages that add to the built-in ones, or override them."""
    emergency_number: Annotated[str, Field(max_length=15), AfterValidator(_digits)] | None = None
    """Whom to call; None: the content says "your emergency number"."""
    engine: Engine = Engine.AUTO
    model: str | None = None
    """A Vosk model folder; None: the first one found in the models folders, else voiceguide's own."""
    microphone: str | None = None
    """Name or number of the device; None: the default one."""
    speaker: str | None = None
    voice: str | None = None
    """An espeak-ng voice in place of the content's."""
    rate: Annotated[int, Field(ge=80, le=300)] | None = None
    """Words a minute in place of the content's."""
    headphones: bool = False
    """True where the microphone does not hear the speaker: then all that makes sense may interrupt a sentence."""
    echo_cancelling: bool = True
    """False: it does not take its own voice out of what it hears; while it speaks, only "stop" and danger interrupt."""
    journal: bool = True
    """Keep when a cramp came, where, and what helped, on this device: see `voiceguide history`. False: keep nothing."""
    guide: GuideSettings = GuideSettings()
    hearing: HearingSettings = HearingSettings()

    def options(self) -> Options:
        """The waiting times for the session."""
        return Options(**self.guide.model_dump())


def settings_file() -> Path:
    """Where the user's settings are."""
    return platformdirs.user_config_path("voiceguide") / "settings.yaml"


def cache_folder() -> Path:
    """Where prepared clips are."""
    return platformdirs.user_cache_path("voiceguide")


def journal_file() -> Path:
    """Where the journal is."""
    return platformdirs.user_data_path("voiceguide") / "journal.sqlite3"


def model_folders() -> tuple[Path, ...]:
    """Where recogniser models are looked for."""
    return Path("models"), platformdirs.user_data_path("voiceguide") / "models"


def load_settings(settings: Path | None, **options: Any) -> Settings:
    """The settings: defaults, then the file, then options that are not None.

    Args:
        settings: the settings file; None: the user's own, where there is one.
        options: fields of `Settings`.

    Raises:
        ContentError: the file is faulty; every error with its address.

    """
    file = settings or settings_file()
    chosen = read_document(file, Settings, Settings())[0] if settings or file.is_file() else Settings()
    given = {name: value for name, value in options.items() if value is not None}
    return chosen.model_copy(update=given)
