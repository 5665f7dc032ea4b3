"""What is not wrong with the content, but could be better: warnings, with the same addresses as errors."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from voiceguide.content.check import Files
from voiceguide.content.library import Library
from voiceguide.content.load import build, read
from voiceguide.content.schema import Dose, PromptRef, Role
from voiceguide.content.source import Problem, Source, Trail
from voiceguide.content.templates import clashes, expand, expand_template, normalise
from voiceguide.messages import IntentKind

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def lint(
    folder: Path, known: Callable[[str], bool], states: Mapping[str, Collection[IntentKind]]
) -> tuple[Problem, ...]:
    """All warnings about the content of a language.

    Args:
        folder: as for `load`.
        known: whether the recogniser can hear a word; those with a pronunciation of their own count as known.
        states: by name of a state, the intents that make sense there (`guide.states.legal`).

    Raises:
        ContentError: it has errors, so there is nothing to warn about yet.

    """
    files = read(folder)
    library = build(files)
    warnings = {
        *_prompts(files, library),
        *_examples(files, library),
        *_words(files.phrases, library, known),
        *_clashes(files.phrases, library, states),
    }
    return tuple(sorted(warnings))


def _prompts(files: Files, library: Library) -> Iterator[Problem]:
    used = set(_used(library))
    for owner, source in files.owners().items():
        for name, text in source.texts("prompts").items():
            trail = ("prompts", name)
            if (f"{owner}/{name}" if owner else name) not in used:
                yield source.problem(trail, "never used", key=True)
            for sentence in _SENTENCE_END.split(text.strip()):
                words = normalise(sentence).split()
                if len(words) > library.skill.max_words:
                    yield source.problem(trail, f"a sentence of {len(words)} words: '{sentence}'")
                for word in words:
                    if word in library.skill.eye_words:
                        yield source.problem(trail, f"'{word}' asks for eyes, and it is dark")


def _used(library: Library) -> Iterator[PromptRef]:
    yield from Role
    yield from (answer.say for answer in library.skill.remaining)
    yield from _beats(library.skill.dose)
    for point in library.points.values():
        yield from (point.introduce, point.on_it)
        for step in point.steps:
            yield from (step.say, step.again)
        yield from _beats(point.dose)
    for guide in library.guides.values():
        yield from (guide.stretch, guide.hold, guide.aftercare)
    yield from (flag.say for flag in library.flags.values())


def _beats(dose: Dose | None) -> Iterator[PromptRef]:
    for beat in dose.beats if dose else ():
        if beat.say:
            yield beat.say
        yield from beat.count


def _examples(files: Files, library: Library) -> Iterator[Problem]:
    """Intents and templates that no example exercises."""
    said = {(normalise(example.text), example.intent) for example in library.examples}
    for intent in IntentKind:
        if intent not in {example.intent for example in library.examples}:
            yield files.phrases.problem(("intents", intent.value), "no example", key=True)
    for trail, intent, template in _templates(library):
        if not any((text, intent) in said for text, _ in expand_template(template, library.phrases)):
            yield files.phrases.problem(trail, f"no example for '{template}'")


def _words(source: Source, library: Library, known: Callable[[str], bool]) -> Iterator[Problem]:
    """Words that the recogniser cannot hear."""
    for trail, _, template in _templates(library):
        for text, _ in expand_template(template, library.phrases):
            for word in text.split():
                if word not in library.phrases.pronunciations and not known(word):
                    yield source.problem(trail, f"the recogniser lacks '{word}': give it a pronunciation")


def _clashes(source: Source, library: Library, states: Mapping[str, Collection[IntentKind]]) -> Iterator[Problem]:
    """Words with two meanings at once."""
    phrases = expand(library.phrases)
    for state, legal in states.items():
        for one, other in clashes(phrases, legal):
            trail = ("intents", other.intent.value)
            yield source.problem(trail, f"in '{state}', '{one.text}' is {one.intent} as well", key=True)


def _templates(library: Library) -> Iterator[tuple[Trail, IntentKind, str]]:
    for intent, sentences in library.phrases.intents.items():
        for number, group in enumerate(sentences.data):
            for index, template in enumerate(group.sentences):
                yield ("intents", intent.value, "data", number, "sentences", index), intent, template
