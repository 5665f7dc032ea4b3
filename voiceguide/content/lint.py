"""What is not wrong with the content, but could be better: warnings, with the same addresses as errors."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import combinations

from voiceguide.content.files import full_id
from voiceguide.content.language import Sources
from voiceguide.content.library import Library
from voiceguide.content.load import build
from voiceguide.content.models import Models, Saying
from voiceguide.content.phrasing import Phrases
from voiceguide.content.roles import Role
from voiceguide.content.schema import Answer, Dose
from voiceguide.content.source import Problem, hint, unknown
from voiceguide.content.templates import expand_template, normalise
from voiceguide.intents import IntentKind, Slot

CHARACTERS_PER_SECOND = 14.0
"""Of espeak-ng at the English content's rate, roughly."""

EVERYWHERE = "all"
"""In place of the names of states."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


def lint(
    models: Models, known: Callable[[str], bool], states: Mapping[str, Collection[IntentKind]]
) -> tuple[Problem, ...]:
    """All warnings about the content of a language.

    Args:
        models: of its files.
        known: whether the recogniser can hear a word; those with a pronunciation of their own count as known.
        states: by name of a state, the intents that make sense there (`guide.states.legal`).

    Raises:
        ContentError: it has errors, so there is nothing to warn about yet.

    """
    library = build(models)
    sayings = [*models.sayings()]
    warnings = {
        *_prompts(models, library),
        *_examples(models, library, sayings),
        *_states(models, states),
        *_words(models, sayings, library.phrases, known),
        *_unreachable(models, library),
        *_clashes(sayings, library.phrases, states),
        *_coverage(models, library.sources),
    }
    return tuple(sorted(warnings))


def sentences(text: str) -> list[str]:
    """A prompt's text, sentence by sentence."""
    return _SENTENCE_END.split(" ".join(text.split()))


def _prompts(models: Models, library: Library) -> Iterator[Problem]:
    used = set(_used(library))
    for owner, source in models.files.owners().items():
        own = {prompt for prompt in used if prompt.rpartition("/")[0] == owner}
        for name, text in source.texts("prompts").items():
            if full_id(owner, name) not in used:
                yield source.problem(("prompts", name), f"never used{hint(full_id(owner, name), own, 0.8)}", key=True)
            for sentence in sentences(text):
                for what in _unspeakable(sentence, library):
                    yield source.problem(("prompts", name), what)


def _unspeakable(sentence: str, library: Library) -> Iterator[str]:
    """Why a sentence is hard to follow for somebody in pain, in the dark."""
    skill = library.skill
    words = normalise(sentence.replace("{emergency}", library.emergency).replace("{side}", "")).split()
    seconds = len(sentence) / CHARACTERS_PER_SECOND
    if len(words) > skill.max_words:
        yield f"a sentence of {len(words)} words: '{sentence}'"
    if seconds > skill.max_seconds:
        yield f"a sentence of {seconds:.1f} seconds: '{sentence}'"
    if any(char.isdigit() for char in sentence):
        yield f"write figures as words: '{sentence}'"
    for reason, avoided in skill.avoid.items():
        for word in words:
            if word in avoided:
                yield f"'{word}' {reason}"


def _used(library: Library) -> Iterator[str]:
    yield from Role
    yield from (answer.say for answer in library.skill.remaining)
    yield from library.skill.rounds
    yield from _beats(library.skill.dose)
    history, tuning = library.skill.history, library.skill.tuning
    yield from (*history.counts, *history.weekdays, *history.times)
    yield from (tuning.begin, tuning.say, tuning.again, tuning.thanks)
    for point in library.points.values():
        yield from (point.introduce, point.on_it, *point.postures.values())
        yield from (prompt for step in point.steps for prompt in (step.say, step.again))
        yield from _of_answer(point.about)
        yield from _beats(point.dose)
        yield from (prompt for prompt in (point.out_of_reach, point.helped) if prompt)
    for guide in library.guides.values():
        yield from (guide.stretch, guide.hold, guide.aftercare, *guide.postures.values())
        yield from (prompt for prompt in (guide.ask, guide.no_points, guide.was) if prompt)
    for routine in library.routines.values():
        yield from (routine.introduce, routine.close)
    for question in library.questions.values():
        yield from _of_answer(question.answer)
    yield from (flag.say for flag in library.flags.values())


def _of_answer(answer: Answer) -> Iterator[str]:
    yield answer.brief
    yield from answer.more


def _beats(dose: Dose | None) -> Iterator[str]:
    for beat in dose.beats if dose else ():
        if beat.say:
            yield beat.say
        yield from beat.count


def _examples(models: Models, library: Library, sayings: list[Saying]) -> Iterator[Problem]:
    """Intents and templates that no example exercises."""
    said = {(normalise(example.text), example.intent) for example in library.examples}
    exercised = {example.intent for example in library.examples}
    for intent in IntentKind:
        if intent not in exercised:
            yield models.files.phrases.problem(("intents", intent.value), f"no example of {intent}", key=True)
    understood: set[tuple[str, IntentKind]] = set()
    for source, trail, intent, template, _ in sayings:
        here = {(text, intent) for text, _ in expand_template(template, library.phrases)}
        understood |= here
        if not here & said:
            yield source.problem(trail, f"no example for '{template}'")
    for name, file in models.examples.items():
        for number, group in enumerate(file.examples):
            for index, text in enumerate(group.said):
                if (normalise(text), group.intent) not in understood:
                    trail = ("examples", number, "said", index)
                    yield models.files.examples[name].problem(
                        trail, f"no template of {group.intent} stands for '{text}'"
                    )


def _states(models: Models, states: Mapping[str, Collection[IntentKind]]) -> Iterator[Problem]:
    """Examples in states where their intent makes no sense."""
    for name, file in models.examples.items():
        for number, group in enumerate(file.examples):
            for index, state in enumerate(group.states):
                trail = ("examples", number, "states", index)
                if state not in (*states, EVERYWHERE):
                    yield models.files.examples[name].problem(trail, unknown("state", state, [*states, EVERYWHERE]))
                    continue
                for senseless in (one for one in _named(state, states) if group.intent not in states[one]):
                    what = f"{group.intent} makes no sense in '{senseless}'"
                    yield models.files.examples[name].problem(trail, what)
                    break


def _named(state: str, states: Mapping[str, Collection[IntentKind]]) -> list[str]:
    return [*states] if state == EVERYWHERE else [state]


def _words(models: Models, sayings: list[Saying], phrases: Phrases, known: Callable[[str], bool]) -> Iterator[Problem]:
    """Words that the recogniser cannot hear; those of a point's name are told where the name stands."""
    names = [
        (models.files.points[name], ("names", "said", number), said)
        for name, point in models.points.items()
        for number, said in enumerate(point.names.said)
    ]
    told: set[str] = set()
    for source, trail, template in [*names, *((saying.source, saying.trail, saying.template) for saying in sayings)]:
        for text, _ in expand_template(template, phrases):
            for word in {*text.split()} - told - phrases.pronunciations.keys():
                if not known(word):
                    told.add(word)
                    yield source.problem(trail, f"the recogniser lacks '{word}': give it a pronunciation")


def _unreachable(models: Models, library: Library) -> Iterator[Problem]:
    """Guides of places that nobody can say, and points that a place of theirs does not offer."""
    said = {
        slots.get(Slot.PLACE)
        for _, _, intent, template, group in models.sayings()
        if intent is IntentKind.SYMPTOM
        for slots in [group, *(slots for _, slots in expand_template(template, library.phrases))]
    }
    for name in library.guides.keys() - said:
        what = f"nobody can say it: phrases.yaml has no sentence of `symptom` with the place '{name}'"
        yield models.files.guides[name].problem(("id",), what)
    for name, point in library.points.items():
        for number, place in enumerate(point.serves):
            if name not in library.guides[place].points:
                what = f"the guide '{place}' does not offer it: name it in its `points`"
                yield models.files.points[name].problem(("serves", number), what)


def _clashes(
    sayings: list[Saying], phrases: Phrases, states: Mapping[str, Collection[IntentKind]]
) -> Iterator[Problem]:
    """Words with two meanings at once."""
    meant: dict[str, list[tuple[Saying, Mapping[str, str]]]] = {}
    for saying in sayings:
        for text, slots in expand_template(saying.template, phrases):
            meant.setdefault(text, []).append((saying, {**saying.slots, **slots}))
    for text, several in meant.items():
        for (one, one_slots), (other, other_slots) in combinations(several, 2):
            if (one.intent, one_slots) == (other.intent, other_slots):
                continue
            both = [state for state, legal in states.items() if {one.intent, other.intent} <= set(legal)]
            if both:
                means = " ".join([one.intent, *(f"({slot})" for slot in one_slots.values())])
                yield other.source.problem(other.trail, f"in '{both[0]}', '{text}' is {means} as well")


def _coverage(models: Models, sources: Sources) -> Iterator[Problem]:
    """Statements of the articles that are neither told anywhere nor left out with a reason."""
    told = {source for _, source in cited(models)}
    for item in sources.items:
        trail = ("items", item)
        if item not in told and item not in sources.left_out:
            what = "told nowhere: name it in the `sources` of a file, or in `left_out` with the reason"
            yield models.files.sources.problem(trail, what, key=True)
        elif item in told and item in sources.left_out:
            yield models.files.sources.problem(("left_out", item), "is told all the same", key=True)


def cited(models: Models) -> Iterator[tuple[str, str]]:
    """What rests on what: the id of a thing (`flag chest-pain`: of a red flag), and an id of sources.yaml."""
    for things in (models.points, models.guides, models.routines, models.questions):
        for name, thing in things.items():
            yield from ((name, source) for source in thing.sources)
    for name, flag in models.safety.flags.items() if models.safety else ():
        yield from ((f"safety/{name}", source) for source in flag.sources)
