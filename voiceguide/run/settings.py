"""What the user may choose; `layers` says where it is taken from, `catalogue` what of it is told to users."""

import os
from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

import platformdirs
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from voiceguide.content.fields import Model, Pronunciation
from voiceguide.content.templates import normalise
from voiceguide.guide.script import Options
from voiceguide.run.catalogue import About
from voiceguide.run.layers import SYSTEM_FILE, Stack, stack
from voiceguide.run.lenient import Passed, lenient
from voiceguide.run.night import between, clock_time

_DEFAULT = Options()

HALF_DUPLEX_GAP = 2.0
"""Seconds between two sentences where only the pauses are listened to: 0.3 s in which the room goes on, half a second
until somebody begins, and a short phrase."""


IN_DOUBT = MappingProxyType({"journal": "false", "log_speech": "false"})
"""What holds where a faulty key may have said so: who wants nothing kept must not find it kept."""

DOUBTFUL = ("language", "model", "engine", "voice", "night.voice")
"""Settings that name what this device may not have, whatever is right in them."""


def _digits(number: str) -> str:
    if not number.replace(" ", "").isdecimal():
        raise ValueError(f"must be digits, e.g. 112, not '{number}'")
    return number


def _address(mirror: str) -> str:
    if not mirror.startswith(("https://", "http://")):
        raise ValueError(f"must be an address, e.g. https://example.org/vosk, not '{mirror}'")
    return mirror


def _one_word(word: str) -> str:
    if normalise(word) != word or " " in word:
        raise ValueError(f"must be one word in lower case, not '{word}'")
    return word


Wait = Annotated[float, Field(ge=1, le=600), About("seconds", live=True)]
Word = Annotated[str, AfterValidator(_one_word)]
Variants = Annotated[tuple[Pronunciation, ...], Field(min_length=1)]


class Engine(StrEnum):
    """Which recogniser."""

    AUTO = "auto"
    """Vosk, with a model that somebody put here, else with voiceguide's own; PocketSphinx where that can't be."""
    VOSK = "vosk"
    SPHINX = "sphinx"


class _Chosen(Model):
    """A mapping of the settings file; the docstrings of its fields are what users read of them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, data: Any) -> Any:
        """A key whose values are all commented out."""
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class GuideSettings(_Chosen):
    """How long the guidance waits; see `guide.script.Options`."""

    step_wait: Wait = _DEFAULT.step_wait
    """How long it waits after a location step, before it goes on by itself."""
    stretch_hold: Wait = _DEFAULT.stretch_hold
    """How long the stretch is held, before the first point."""
    answer_wait: Wait = _DEFAULT.answer_wait
    """How long it waits for an answer to a question."""
    rounds: Annotated[int, Field(ge=1, le=5), About("rounds", live=True)] = _DEFAULT.rounds
    """How many rounds of pressing there are on one point, at most."""


def _time_of_day(text: str) -> str:
    clock_time(text)
    return text


TimeOfDay = Annotated[str, AfterValidator(_time_of_day), About("time of day", "00:00 to 23:59, local time", live=True)]


class NightSettings(_Chosen):
    """What is different at night."""

    enabled: bool = True
    """Whether it is another voice at night: quieter, slower, with gentler tones."""
    begins: TimeOfDay = "22:00"
    """When the night begins."""
    ends: TimeOfDay = "07:00"
    """When the night ends; it may go across midnight."""
    softer: Annotated[float, Field(ge=0, le=18), About("dB", live=True)] = 6.0
    """How much quieter than by day it is."""
    slower: Annotated[int, Field(ge=0, le=40), About("percent")] = 10
    """How much slower than by day it speaks."""
    voice: Annotated[str | None, About("name", "a voice of espeak-ng, e.g. en-gb+whisper")] = None
    """The voice it speaks with at night, in place of that of the day."""
    gentle_tones: bool = True
    """Whether the tones for press and let go are softer and rounder at night."""

    def is_night(self, now: time) -> bool:
        """Whether the night's voice is due at a local time of day: then nothing is to be said that nobody asked for."""
        return self.enabled and between(clock_time(self.begins), clock_time(self.ends), now)


class HearingSettings(_Chosen):
    """How one person is heard; `voiceguide tune` writes it."""

    caution: Annotated[float, Field(ge=-2, le=2), About("log-odds", live=True)] = 0.0
    """How much surer than usual it must be to act; with less than 0, what it hears less clearly acts as well."""
    pronunciations: Annotated[
        dict[Word, Variants], About("phones (ARPABET)", "words in lower case, each with a list: {left: [L EH F]}")
    ] = {}  # noqa: RUF012 - pydantic copies it
    """How this person says a word, in place of all the ways in which people say it; for PocketSphinx."""


Pin = Annotated[int | None, Field(ge=0, le=27), About("GPIO number")]
"""Of a Raspberry Pi's header, by its GPIO number (BCM), which is not its place in the header."""


class PanelSettings(_Chosen):
    """A light and a button at the GPIO header of a Raspberry Pi; see docs/panel.md."""

    led: Pin = None
    """The pin of an LED; without one there is no light."""
    button: Pin = None
    """The pin of a push button; without one there is no button."""
    brightness: Annotated[float, Field(ge=0.01, le=1), About("share of what it can")] = 0.1
    """How bright the LED is at its brightest."""

    @model_validator(mode="after")
    def _two_pins(self) -> Self:
        if self.led is not None and self.led == self.button:
            raise ValueError(f"led and button are both at GPIO {self.led}: give each its own")
        return self


class Settings(_Chosen):
    """All settings, with their defaults."""

    language: Annotated[str, About("name", "a language of the content")] = "en"
    """The language in which it speaks and listens."""
    content: Annotated[str | None, About("path", "a folder with a folder for each language")] = None
    """Content of your own, laid above the built-in one: it adds to it, or says it in other words."""
    emergency_number: Annotated[
        Annotated[str, Field(max_length=15), AfterValidator(_digits)] | None,
        About("digits", "at most 15, in quotes in a file: '112'", live=True),
    ] = None
    """The number it tells you to call; without one it says "your emergency number"."""
    engine: Annotated[Engine, About("name")] = Engine.AUTO
    """The recogniser; auto takes Vosk with a model that you put there, else its own, else PocketSphinx."""
    model: Annotated[str | None, About("path", "a Vosk model folder")] = None
    """The recogniser's model; without one, one that you put into a models folder by hand, else its own."""
    mirror: Annotated[
        Annotated[str, AfterValidator(_address)] | None, About("address", "https, or http where you say so")
    ] = None
    """A folder on the web with the archives of models, in place of the addresses of the list."""
    microphone: Annotated[str | None, About("name or number", "one of `voiceguide devices`, or a part of it")] = None
    """The microphone; without one, the system's default."""
    speaker: Annotated[str | None, About("name or number", "one of `voiceguide devices`, or a part of it")] = None
    """The speaker; without one, the system's default."""
    voice: Annotated[str | None, About("name", "a voice of espeak-ng, e.g. en-gb or en-us+f3")] = None
    """The voice it speaks with, in place of the content's."""
    rate: Annotated[int | None, Field(ge=80, le=300), About("words a minute")] = None
    """How fast it speaks, in place of the content's rate."""
    headphones: bool = False
    """Whether you wear headphones: the microphone does not hear the speaker, so everything may interrupt a sentence."""
    echo_cancelling: bool = True
    """Whether it takes its own voice out of what it hears; else only "stop" and danger interrupt its sentences, and it
    pauses for 2 s after each."""
    volume: Annotated[float, Field(ge=-12, le=6), About("dB", live=True)] = 0.0
    """How much louder than usual it is, before anybody says "louder" or "quieter"."""
    match_room: Annotated[bool, About("switch", live=True)] = False
    """Whether it slowly becomes louder in a noisy room, by 9 dB at most."""
    lead_in: Annotated[float, Field(ge=0, le=3), About("seconds", live=True)] = 0.0
    """How long a faint hiss wakes a sleepy amplifier or Bluetooth speaker, before the first word after a silence; it
    answers so much later."""
    greeting: bool = True
    """Whether it says at the start that it is ready; at night it says nothing."""
    journal: bool = True
    """Whether it keeps on this device when a cramp came, where, and what helped."""
    log_speech: bool = False
    """Whether its log has what it hears and says, in words; else only when a session was, and how it went."""
    guide: GuideSettings = GuideSettings()
    night: NightSettings = NightSettings()
    hearing: HearingSettings = HearingSettings()
    panel: PanelSettings = PanelSettings()

    @property
    def half_duplex(self) -> bool:
        """True where it listens in its pauses, for want of anything that takes its own voice out of what it hears."""
        return not (self.echo_cancelling or self.headphones)

    def by_day(self) -> "Settings":
        """The same without a night: a recording has no hour."""
        return self.model_copy(update={"night": self.night.model_copy(update={"enabled": False})})

    def having(self, values: Mapping[str, Any]) -> "Settings":
        """The same with other values, by name (`guide.step_wait`), which are not checked."""
        settings = self
        for name, value in values.items():
            group, _, key = name.rpartition(".")
            update = {group: getattr(settings, group).model_copy(update={key: value})} if group else {key: value}
            settings = settings.model_copy(update=update)
        return settings

    def options(self) -> Options:
        """The waiting times for the session."""
        gap = HALF_DUPLEX_GAP if self.half_duplex else _DEFAULT.gap
        return Options(**self.guide.model_dump(), gap=gap, lead_in=self.lead_in)


def settings_file() -> Path:
    """Where the user's settings are."""
    return platformdirs.user_config_path("voiceguide") / "settings.yaml"


def system_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the settings of everyone on this computer are."""
    return Path(environment.get(SYSTEM_FILE) or "/etc/voiceguide/settings.yaml")


def cache_folder() -> Path:
    """Where prepared clips are."""
    return platformdirs.user_cache_path("voiceguide")


def data_folder() -> Path:
    """Where what it remembers is."""
    return platformdirs.user_data_path("voiceguide")


def journal_file() -> Path:
    """Where the journal is."""
    return data_folder() / "journal.sqlite3"


def model_folders() -> tuple[Path, ...]:
    """Where recogniser models are looked for."""
    return Path("models"), data_folder() / "models"


def files(settings: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The files that are read, the lowest first; of those that were not asked for, the ones that are there."""
    usual = [system_file(environment), *(() if settings else (settings_file(),))]
    found = (*(path for path in usual if path.exists()), *((settings,) if settings else ()))
    return tuple(dict.fromkeys(found))  # a service's own file is the system's


def layered(settings: Path | None, environment: Mapping[str, str] = os.environ, **options: Any) -> Stack[Settings]:
    """All settings, and where each was set: the defaults, the system's file, the user's, the environment, options.

    Args:
        settings: a file to read in place of the user's own; it must be there.
        environment: variables; those that begin with VOICEGUIDE_ are settings.
        options: fields of `Settings`; those that are None are not given.

    Raises:
        ContentError: something is faulty; every error with its address.

    """
    return _below(options, stack(Settings, files(settings, environment), environment))


def forgiven(
    settings: Path | None, environment: Mapping[str, str] = os.environ, **options: Any
) -> tuple[Stack[Settings], tuple[Passed, ...]]:
    """The same, where what is faulty is passed over and the rest holds; and what that was."""
    found, passed = lenient(Settings, files(settings, environment), environment, IN_DOUBT)
    return _below(options, found), passed


def _below(options: Mapping[str, Any], found: Stack[Settings]) -> Stack[Settings]:
    given = {name: value for name, value in options.items() if value is not None}
    origins = {**found.origins, **{name: f"--{name}" for name in given}}
    return Stack(found.settings.model_copy(update=given), origins)


def load_settings(settings: Path | None, **options: Any) -> Settings:
    """The settings alone; see `layered`."""
    return layered(settings, **options).settings
