"""Which recogniser hears, and who judges what it hears."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voiceguide.errors import ModelError, UsageError
from voiceguide.hear.commit import CommitRule
from voiceguide.hear.judge import IN_MODEL, SPHINX, FittedJudge, Judge, TrustingJudge
from voiceguide.hear.listener import Listener
from voiceguide.hear.recognizer import Recognizer
from voiceguide.hear.remote import RecognizerProcess
from voiceguide.hear.second import Looker, SecondLook
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.hear.vosk import CERTAIN, VoskRecognizer
from voiceguide.models import built_in_model, candidates, check_model, distrust, find_model, probe, unknown_words
from voiceguide.run.settings import Engine, Settings, cache_folder, model_folders
from voiceguide.store.record import check_unchanged, read_record
from voiceguide.understand.match import Phrasebook

Build = Callable[..., Recognizer]
"""Makes a recogniser: given its class, and the arguments of that."""

_MODELS = " or ".join(f"{folder}/" for folder in model_folders())


@dataclass(frozen=True, slots=True)
class Ears:
    """The recogniser, and whether it could be better."""

    recognizer: Recognizer
    hint: str = ""
    """What to do to be heard better, whatever words the recogniser knows."""
    judge: Judge | None = None
    """Weighs what the recogniser hears; None: it rejects by itself."""
    looker: Looker | None = None
    """A second look, where there is one."""
    spare: bool = False
    """True where it hears in place of a model that is broken; `hint` says how."""
    model: Path | None = None
    """That of Vosk."""

    def wait(self) -> None:
        """Until the recogniser is built, wherever that is.

        Raises:
            ModelError: it can't be. Its model is not trusted any more: the next start finds out whether it has rotted.

        """
        try:
            self.recognizer.name  # noqa: B018 - asking waits
        except ModelError:
            if self.model:
                distrust(self.model, cache_folder())
            raise

    @property
    def advice(self) -> str:
        """What to do to be heard better; empty where nothing is. A recogniser elsewhere is waited for."""
        return "; ".join(filter(None, (_lacking(self.recognizer.unknown_words), self.hint)))

    @property
    def about(self) -> str:
        """One line for the user."""
        return "; ".join(filter(None, (self.recognizer.name, self.advice)))


def engine(settings: Settings) -> Engine:
    """The engine that was asked for.

    Raises:
        UsageError: there is no such engine.

    """
    if settings.engine not in set(Engine):
        raise UsageError(f"unknown engine '{settings.engine}'", f"use one of: {', '.join(Engine)}")
    return Engine(settings.engine)


def build_here(make: Callable[..., Recognizer], *arguments: Any) -> Recognizer:
    """A recogniser in this process: cheap to start, and sound waits while it decodes."""
    return make(*arguments)


@contextmanager
def elsewhere() -> Iterator[Build]:
    """Recognisers, one at a time, in a process that starts now and ends with the block: sound never waits for them."""
    with closing(RecognizerProcess()) as process:
        yield process.build


def build_ears(settings: Settings, phrasebook: Phrasebook, build: Build = build_here) -> Ears:
    """The recogniser: Vosk with the model that is asked for, else that somebody put here, else with voiceguide's own.

    Where none of these can be, and where voiceguide's own model lacks words of the content, it is PocketSphinx.

    Raises:
        ModelError: what was asked for is missing or broken; what was merely found is passed over, with advice.
            Elsewhere than here, what was asked for may be found broken later, when the recogniser is asked anything.

    """
    match engine(settings):
        case Engine.SPHINX:
            return _sphinx(settings, phrasebook, build)
        case Engine.VOSK:
            return _vosk(settings, phrasebook, build, _model(settings))
        case Engine.AUTO:
            if settings.model:
                return _vosk(settings, phrasebook, build, _model(settings))
    trouble, broken = "", False
    for theirs in (True, False):
        try:
            if model := _found(settings, theirs):
                lacking = [] if theirs else unknown_words(model, phrasebook.words())
                if not lacking:
                    return replace(_vosk(settings, phrasebook, build, model, trouble), spare=broken)
                trouble = trouble or _lacking(lacking, model.name)
        except ModelError as error:
            trouble, broken = trouble or str(error), True
    return replace(_sphinx(settings, phrasebook, build, trouble), spare=broken)


def _found(settings: Settings, theirs: bool) -> Path | None:
    """A model that somebody put here, or voiceguide's own.

    Raises:
        ModelError: there is one, and it is not whole.

    """
    if not theirs:
        return built_in_model(settings.language)
    folders = [folder for folder in candidates(model_folders()) if _suits(folder, settings.language)]
    found = find_model(None, folders)
    for incomplete in () if found else folders:
        check_model(incomplete)  # tells what is missing
    return found


def _suits(folder: Path, language: str) -> bool:
    """What was put here by hand is meant; what was fetched is for its language, and beside our own model for who asks.

    Raises:
        ModelError: nobody knows, as its record is damaged.

    """
    record = read_record(folder)
    return record is None or (record.speaks(language) and built_in_model(language) is None)


def model_in_use(settings: Settings) -> Path | None:
    """The model of Vosk that comes first, whole or not; None where it is not Vosk that hears.

    Raises:
        UsageError: there is no such engine.

    """
    if engine(settings) is Engine.SPHINX:
        return None
    if settings.model:
        return Path(settings.model).expanduser()
    try:
        theirs = _found(settings, theirs=True)
    except ModelError:
        theirs = None
    return theirs or built_in_model(settings.language)


def check_asked(settings: Settings) -> None:
    """Nothing, where no model of Vosk is asked for, or where it can be used.

    Raises:
        ModelError: it is missing or broken.

    """
    if settings.model or engine(settings) is Engine.VOSK:
        _try(_model(settings))


def _model(settings: Settings) -> Path:
    """The model for who asked for Vosk."""
    wanted = Path(settings.model).expanduser() if settings.model else None
    model = find_model(wanted, ()) or _found(settings, theirs=True) or _found(settings, theirs=False)
    if model is None:
        raise ModelError(f"engine vosk: no model in {_MODELS}", "put one there, or use --engine sphinx")
    return model


def _vosk(settings: Settings, phrasebook: Phrasebook, build: Build, model: Path, hint: str = "") -> Ears:
    _try(model)
    recognizer, fitted = build(VoskRecognizer, phrasebook, model), model / IN_MODEL
    if not fitted.is_file():
        return Ears(recognizer, hint, TrustingJudge(CERTAIN), model=model)
    judge = FittedJudge.of(fitted, settings.hearing.caution)
    return Ears(recognizer, hint, judge, _second_look(phrasebook), model=model)


def _try(model: Path) -> None:
    """Raises ModelError."""
    check_unchanged(model)
    probe(model, cache_folder())


def _sphinx(settings: Settings, phrasebook: Phrasebook, build: Build, hint: str = "") -> Ears:
    judge = FittedJudge.of(SPHINX, settings.hearing.caution)
    return Ears(build(SphinxRecognizer, phrasebook), hint, judge, _second_look(phrasebook))


def _second_look(phrasebook: Phrasebook) -> SecondLook:
    return SecondLook(phrase.text for phrase in phrasebook.phrases)


def _lacking(words: Sequence[str], name: str = "it") -> str:
    if not words:
        return ""
    few = ", ".join(words[:5])
    return f"{name} does not know {few}" + (f" and {len(words) - 5} words more" if len(words) > 5 else "")


def build_listener(ears: Ears, phrasebook: Phrasebook, rule: CommitRule | None = None) -> Listener:
    """Gate, recogniser, second look and decision; `rule` as for a `Listener`."""
    return Listener(ears.recognizer, phrasebook, rule=rule, judge=ears.judge, looker=ears.looker)
