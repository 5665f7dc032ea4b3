"""Fits the hearing to one person, from a recording of each of a few phrases: what to set, and what to do.

Everything here works on samples; who records them is `interview.py`, or the person with files.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voiceguide.guide.states import WORKING, State, legal
from voiceguide.hear.again import CHANGES, Samples, as_it_is
from voiceguide.hear.gate import Gate
from voiceguide.hear.levels import CLEAN, Levels, Reception, frames, measure
from voiceguide.hear.listener import Listener
from voiceguide.hear.variants import Scores, fitting
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import HEAR_RATE, Hypothesis
from voiceguide.run.settings import HearingSettings
from voiceguide.run.virtual import AFTERMATH
from voiceguide.understand.match import Phrasebook, normalise

LOWEST = -1.0
"""Caution that is set at least, however softly somebody speaks, or ordinary speech acts. Chosen, not measured yet."""

STEP = 0.25
"""Between two cautions that are tried."""

Ears = Callable[[HearingSettings], Callable[[], Listener]]
"""For some settings, a maker of listeners: one a recording, as what was heard in one must not tell on the next."""

Weigh = Callable[[str, Samples], Scores]
"""How well the variants of the words of a text fit a recording: `Fitter.scores`."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that the person is to say."""

    phrase: str
    intent: Intent
    state: State
    """Where it is said to the device."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one recording."""

    task: Task
    levels: Levels
    hypothesis: Hypothesis | None
    """The one that is nearest to the task; None where nothing was heard."""
    right: bool
    """It acts, and means what was to be said."""
    wrong: bool
    """Something acts that was not said."""

    @property
    def points(self) -> float:
        """1 for what was heard, a half for what would be asked again, less for what was taken for something else."""
        sure = self.hypothesis is not None and self.hypothesis.sure
        return (1.0 if sure else 0.5) * self.right - 1.0 * self.wrong


@dataclass(frozen=True, slots=True)
class Fit:
    """What was heard with the present settings, and the settings that suit the person."""

    heard: tuple[Heard, ...]
    reception: Reception
    hearing: HearingSettings
    picked: Mapping[str, tuple[str, ...]]
    """The words among `hearing.pronunciations` that were found out now."""
    unheard: tuple[str, ...]
    """Phrases that do not act with the new settings either."""

    @property
    def spoken(self) -> bool:
        """Whether anybody spoke."""
        return any(each.levels.speech is not None for each in self.heard)

    def changes(self, present: HearingSettings) -> Mapping[str, Any]:
        """What is to be written into the settings; empty where nothing is."""
        new: dict[str, Any] = {}
        if self.hearing.caution != present.caution:
            new["caution"] = self.hearing.caution
        words = {word: said for word, said in self.picked.items() if present.pronunciations.get(word) != said}
        if words:
            new["pronunciations"] = words
        return {"hearing": new} if new else {}


def tasks(phrases: Sequence[str], phrasebook: Phrasebook) -> tuple[Task, ...]:
    """What the person is to say, in the states in which it is said."""
    return tuple(_task(phrase, phrasebook) for phrase in phrases)


def _task(phrase: str, phrasebook: Phrasebook) -> Task:
    """Where somebody is being helped, if it makes sense there, as short words count there; what begins it, in idle."""
    meant = {state: intent for state in State if (intent := phrasebook.match(phrase, legal(state)))}
    begins = State.IDLE in meant and meant[State.IDLE].kind in (IntentKind.SYMPTOM, IntentKind.ROUTINE)
    state = next(state for state in ((State.IDLE,) if begins else (*WORKING, *meant)) if state in meant)
    return Task(normalise(phrase), meant[state], state)


def fit(
    said: Sequence[tuple[Task, Samples]],
    present: HearingSettings,
    phrasebook: Phrasebook,
    ears: Ears,
    weigh: Weigh | None,
    gate: Callable[[], Gate] = Gate,
) -> Fit:
    """The settings that suit a person.

    Args:
        said: what was to be said, and the recording of it at HEAR_RATE, shape (n,).
        present: the settings so far.
        phrasebook: what is understood.
        ears: hears with other settings.
        weigh: tells which variants of a word fit; None where the recogniser has a model of its own for that.
        gate: makes what finds the voice; one for each recording.

    """
    levels = [measure(samples, gate()) for _, samples in said]

    def hear(hearing: HearingSettings, changed: Callable[[Samples], Samples] = as_it_is) -> tuple[Heard, ...]:
        listener = ears(hearing)
        return tuple(
            judge(task, each, listen(listener(), task.state, changed(samples)), phrasebook)
            for (task, samples), each in zip(said, levels, strict=True)
        )

    heard = hear(present)
    reception = Reception.of(levels)
    if all(each.speech is None for each in levels):
        return Fit(heard, reception, present, {}, tuple(task.phrase for task, _ in said))
    # What a microphone leaves out is not mended by acting on less.
    best, hearing = (heard, present) if reception.faults else _cautioned(heard, present, hear)
    total = _total(best, [samples for _, samples in said], weigh) if weigh else {}
    picked = fitting(total, told=present.pronunciations)
    if picked:
        before = [best, *(hear(hearing, changed) for changed in CHANGES[1:])]
        after = [hear(_with(hearing, picked), changed) for changed in CHANGES]
        lost = frozenset[str]().union(*map(_lost, before, after))
        picked = {word: variants for word, variants in picked.items() if word not in lost}
        hearing = _with(hearing, picked)
    unheard = tuple(each.task.phrase for each in best if not each.right)
    return Fit(heard, reception, hearing, picked, unheard)


def _with(hearing: HearingSettings, picked: Mapping[str, tuple[str, ...]]) -> HearingSettings:
    return hearing.model_copy(update={"pronunciations": {**hearing.pronunciations, **picked}})


def _lost(before: Sequence[Heard], after: Sequence[Heard]) -> frozenset[str]:
    """The words of phrases that are heard worse than before."""
    worse = (new.task.phrase for old, new in zip(before, after, strict=True) if new.points < old.points)
    return frozenset(word for phrase in worse for word in phrase.split())


def listen(listener: Listener, state: State, samples: Samples) -> list[Hypothesis]:
    """All that is decided in a recording and the silence after it."""
    listener.expect(state, legal(state))
    heard: list[Hypothesis] = []
    for frame in frames(np.pad(samples, (0, round(AFTERMATH * HEAR_RATE)))):
        heard += listener.feed(frame)
    return heard + listener.finish()


def judge(task: Task, levels: Levels, heard: Collection[Hypothesis], phrasebook: Phrasebook) -> Heard:
    """What was heard, against what was to be said."""
    acting = [(each, phrasebook.match(each.text, legal(task.state))) for each in heard if each.accepted]
    right = [each for each, intent in acting if intent and _same(intent, task.intent)]
    others = [each for each in heard if each not in right]
    nearest = max(right or others, key=lambda each: (each.accepted, each.end - each.start), default=None)
    return Heard(task, levels, nearest, bool(right), len(acting) > len(right))


def _same(one: Intent, other: Intent) -> bool:
    return one.kind is other.kind and dict(one.slots) == dict(other.slots)


def _points(heard: Sequence[Heard]) -> float:
    return sum(each.points for each in heard)


def _wrong(heard: Sequence[Heard]) -> bool:
    """Whether anything is taken for something else."""
    return any(each.wrong for each in heard)


def _cautioned(
    heard: Sequence[Heard], present: HearingSettings, hear: Callable[[HearingSettings], tuple[Heard, ...]]
) -> tuple[Sequence[Heard], HearingSettings]:
    """The highest caution with which most is heard, and a step less, as the next time may be softer.

    It is not lowered to where anything is taken for something else: who acts on less then acts on the wrong words.
    Whoever asked for more caution than usual keeps it while all is heard; less than usual is given back where it is
    not needed.
    """
    tried: dict[float, Sequence[Heard]] = {present.caution: heard}

    def at(caution: float) -> Sequence[Heard]:
        if caution not in tried:
            tried[caution] = hear(present.model_copy(update={"caution": caution}))
        return tried[caution]

    voices = sum(each.levels.speech is not None for each in heard)
    best = highest = max(present.caution, 0.0)
    caution = highest
    while _points(at(best)) < voices and caution > LOWEST:
        caution = max(LOWEST, caution - STEP)
        if _points(at(caution)) > _points(at(best)) and not _wrong(at(caution)):
            best = caution
    softer = max(LOWEST, best - STEP)
    if best < highest and _points(at(softer)) >= _points(at(best)) and not _wrong(at(softer)):
        best = softer
    if _points(heard) > _points(at(best)):
        return heard, present  # less than we would set, and their own choice
    return at(best), present.model_copy(update={"caution": best})


def _total(heard: Sequence[Heard], recordings: Sequence[Samples], weigh: Weigh) -> Scores:
    """How the person says the words of what was heard rightly, and clearly enough to tell."""
    total: dict[str, dict[str, float]] = {}
    for each, samples in zip(heard, recordings, strict=True):
        above = each.levels.above_noise
        if each.right and not each.wrong and above is not None and above >= CLEAN:
            for word, fits in weigh(each.task.phrase, samples).items():
                sums = total.setdefault(word, {})
                for variant, nats in fits.items():
                    sums[variant] = sums.get(variant, 0.0) + nats
    return total
