"""What no single file can tell: references from one file to another, and templates."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from voiceguide.content.fields import phones_only
from voiceguide.content.files import Files
from voiceguide.content.language import Sources
from voiceguide.content.models import Models
from voiceguide.content.phrasing import Phrases
from voiceguide.content.roles import Role
from voiceguide.content.source import Problem, Source, Trail, unknown
from voiceguide.content.templates import expand_template, normalise
from voiceguide.intents import URGENT, IntentKind, Posture, Recall, Side, Slot

_NEEDED: Mapping[IntentKind, tuple[Slot, ...]] = {
    IntentKind.RED_FLAG: (Slot.FLAG,),
    IntentKind.SIGN: (Slot.FLAG,),
    IntentKind.MOVED: (Slot.PLACE,),
    IntentKind.POSTURE: (Slot.POSTURE,),
    IntentKind.ROUTINE: (Slot.ROUTINE, Slot.POINT),
    IntentKind.QUESTION: (Slot.QUESTION, Slot.POINT, Slot.HISTORY),
}
"""Slots of which an intent must fill one, or it means nothing."""

_NO_WORDS = "may stand for no words at all"


def check(models: Models) -> Iterator[Problem]:
    """Everything wrong that the models could not find by themselves."""
    files = models.files
    yield from _ids(files)
    yield from _roles(files.prompts)
    yield from _offered(models)
    values = _values(files)
    if phrases := models.whole_phrases:
        faulty = [*_parts(models, phrases)]
        yield from faulty
        yield from _group_slots(files.phrases, models.phrases, values)
        if not faulty:
            yield from _sentences(models, phrases, values)
            yield from _tuning(models, phrases)
        yield from _pronunciations(files.phrases, phrases)
    if models.sources:
        yield from _items(files.sources, models.sources)
    for source in files.examples.values():
        for number in range(source.count("examples")):
            at: Trail = ("examples", number, "slots")
            yield from _slots(source, at, source.texts(*at), values)


def _values(files: Files) -> Mapping[str, Collection[str]]:
    """What each slot may hold."""
    return {
        Slot.PLACE: files.guides.keys(),
        Slot.SIDE: tuple(Side),
        Slot.FLAG: files.safety.texts("flags").keys(),
        Slot.POSTURE: tuple(Posture),
        Slot.ROUTINE: files.routines.keys(),
        Slot.POINT: files.points.keys(),
        Slot.QUESTION: files.questions.keys(),
        Slot.HISTORY: tuple(Recall),
    }


def _ids(files: Files) -> Iterator[Problem]:
    first: dict[str, Source] = {"safety": files.safety}
    for several in (files.points, files.guides, files.routines, files.questions):
        for stem, source in several.items():
            id_ = source.at("id")
            if isinstance(id_, str) and id_ != stem:
                yield source.problem(("id",), f"'{id_}' must be the name of the file, '{stem}'")
            if stem in first:
                yield source.problem(("id",), f"duplicate id '{stem}': {first[stem].path} has it")
            first[stem] = source


def _roles(source: Source) -> Iterator[Problem]:
    if isinstance(source.at("prompts"), dict):
        for role in Role:
            if role not in source.texts("prompts"):
                yield source.problem(("prompts",), f"missing prompt '{role}'")


def _offered(models: Models) -> Iterator[Problem]:
    """Nobody is led to a point that is documented only."""
    hidden = {name for name, point in models.points.items() if point.not_offered}
    led: list[tuple[Source, Trail, str | None]] = []
    for name, guide in models.guides.items():
        led += [(models.files.guides[name], ("points", number), point) for number, point in enumerate(guide.points)]
    for name, routine in models.routines.items():
        source = models.files.routines[name]
        led += [(source, ("parts", number, "point"), part.point) for number, part in enumerate(routine.parts)]
    if models.skill:
        led.append((models.files.skill, ("beyond_reach",), models.skill.beyond_reach))
    for source, trail, point in led:
        if point in hidden:
            yield source.problem(trail, f"'{point}' is not offered: see its `not_offered`")


def _parts(models: Models, phrases: Phrases) -> Iterator[Problem]:
    """What templates are made of, checked first: one problem instead of one for each template that has it."""
    source = models.files.phrases
    if models.phrases and Slot.POINT in models.phrases.lists:
        yield source.problem(("lists", "point"), "is made of the points' `names.said`: leave it out", key=True)
    parts: list[tuple[Source, Trail, str]] = [
        (source, ("expansion_rules", name), rule) for name, rule in phrases.expansion_rules.items()
    ]
    for name, several in models.phrases.lists.items() if models.phrases else ():
        trail = ("lists", name, "values")
        parts += [(source, (*trail, number, "in"), value.said) for number, value in enumerate(several.values)]
    for name, point in models.points.items():
        names = enumerate(point.names.said)
        parts += [(models.files.points[name], ("names", "said", number), template) for number, template in names]
    for where, at, template in parts:
        try:
            said = expand_template(template, phrases)
        except ValueError as error:
            yield where.problem(at, f"'{template}': {error}")
        else:
            if where is not source and not all(text for text, _ in said):
                yield where.problem(at, f"'{template}': {_NO_WORDS}")


def _group_slots(source: Source, phrases: Phrases | None, values: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for intent, sentences in phrases.intents.items() if phrases else ():
        for number, group in enumerate(sentences.data):
            yield from _slots(source, ("intents", intent.value, "data", number, "slots"), group.slots, values)


def _sentences(models: Models, phrases: Phrases, values: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    elsewhere = set() if models.safety else {IntentKind.RED_FLAG, IntentKind.SIGN, IntentKind.NO_SIGN}
    for intent in IntentKind:
        if intent not in phrases.intents and intent not in elsewhere:
            yield models.files.phrases.problem(("intents",), f"missing intent '{intent}'")
    urgent = _urgent(models, phrases)
    for source, trail, intent, template, group in models.sayings():
        try:
            said = expand_template(template, phrases)
        except ValueError as error:
            yield source.problem(trail, f"'{template}': {error}")
            continue
        for text in {text for text, _ in said} & urgent.keys():
            if intent not in (*URGENT, IntentKind.SIGN):
                yield source.problem(trail, f"'{text}' is {urgent[text]}: nothing else may be said like that")
        if any(not text for text, _ in said):
            yield source.problem(trail, f"'{template}': {_NO_WORDS}")
        needed = _NEEDED.get(intent, ())
        if needed and any({*group, *slots}.isdisjoint(needed) for _, slots in said):
            names = " or ".join(f"'{name}'" for name in needed)
            yield source.problem(trail, f"'{template}': says nothing for the slot {names}")
        for _, slots in said:
            yield from _slots(source, trail, slots, values, models.files.phrases)


def _tuning(models: Models, phrases: Phrases) -> Iterator[Problem]:
    """What a person is asked to say must be something that is understood, or nothing can be learnt from it."""
    wanted = models.skill.tuning.phrases if models.skill else ()
    if not wanted:
        return
    known: set[str] = set()
    for saying in models.sayings():
        with suppress(ValueError):  # told where the sentences are checked
            known |= {text for text, _ in expand_template(saying.template, phrases)}
    for number, phrase in enumerate(wanted):
        if normalise(phrase) not in known:
            yield models.files.skill.problem(("tuning", "phrases", number), unknown("phrase", phrase, known))


def _urgent(models: Models, phrases: Phrases) -> Mapping[str, IntentKind]:
    """The words that stop everything: they must never mean anything else."""
    found: dict[str, IntentKind] = {}
    for saying in models.sayings():
        if saying.intent in URGENT:
            with suppress(ValueError):  # told where the sentences are checked
                found |= {text: saying.intent for text, _ in expand_template(saying.template, phrases)}
    return found


def _slots(
    source: Source,
    at: Trail,
    slots: Mapping[str, str],
    values: Mapping[str, Collection[str]],
    lists: Source | None = None,
) -> Iterator[Problem]:
    """Slots that there are not, and values that they can't have; `lists` has the values of those in templates."""
    for name, value in slots.items():
        if name not in values:
            yield source.problem(at, unknown("slot", name, values))
        elif values[name] and value not in values[name]:  # none at all: that file has a problem of its own
            what = unknown(name, value, values[name])
            listed = _listed(lists, value) if lists else ()
            yield lists.problem(listed, what) if lists and listed else source.problem(at, what)


def _listed(source: Source, meant: str) -> Trail:
    """Where a list of phrases.yaml has a value: there it is to be mended, not in each template with the list."""
    return next(
        (
            ("lists", name, "values", number, "out")
            for name in source.texts("lists")
            for number in range(source.count("lists", name, "values"))
            if source.at("lists", name, "values", number, "out") == meant
        ),
        (),
    )


def _pronunciations(source: Source, phrases: Phrases) -> Iterator[Problem]:
    for word, variants in phrases.pronunciations.items():
        for number, variant in enumerate(variants):
            try:
                phones_only(variant)
            except ValueError as error:
                yield source.problem(("pronunciations", word, number), str(error))


def _items(source: Source, sources: Sources) -> Iterator[Problem]:
    """Each item belongs to a source; only what is an item can be left out."""
    for item in sources.items:
        article = item.partition("/")[0]
        if article not in sources.sources:
            yield source.problem(("items", item), unknown("source", article, sources.sources), key=True)
    for item in sources.left_out:
        if item not in sources.items:
            yield source.problem(("left_out", item), unknown("item", item, sources.items), key=True)
