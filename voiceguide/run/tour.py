"""Walks through one thing of the content in virtual time: what would be said, and when."""

from collections.abc import Iterator

from voiceguide.content.library import Library
from voiceguide.content.source import unknown
from voiceguide.errors import UsageError
from voiceguide.guide.script import Options
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind, Slot
from voiceguide.run.rehearsal import Rehearsal
from voiceguide.run.trace import Trace

_PATIENCE = 3600.0
"""Seconds after which no walk is still going on."""


def subjects(library: Library) -> dict[str, Intent]:
    """All that can be walked through, by id, and what a person means to begin it."""
    kinds = (
        (library.guides, IntentKind.SYMPTOM, Slot.PLACE),
        (library.routines, IntentKind.ROUTINE, Slot.ROUTINE),
        (library.points, IntentKind.ROUTINE, Slot.POINT),
        (library.questions, IntentKind.QUESTION, Slot.QUESTION),
        (library.flags, IntentKind.RED_FLAG, Slot.FLAG),
    )
    return {id_: Intent(kind, {slot: id_}) for things, kind, slot in kinds for id_ in things}


def walk(library: Library, id_: str, trace: Trace, options: Options | None = None) -> float:
    """All of it once: each point of a guide with one round, an answer with the long form.

    Args:
        library: the content.
        id_: of a guide, routine, point, question or flag.
        trace: where the events go.
        options: the waiting times.

    Returns:
        How long it takes, in seconds, until all is quiet.

    Raises:
        UsageError: there is no such thing.

    """
    known = subjects(library)
    if id_ not in known:
        raise UsageError(unknown("id", id_, known), "use the id of a guide, routine, point, question or flag")
    rehearsal = Rehearsal(library, trace, options)
    rehearsal.take(known[id_])
    for intent in _answers(rehearsal):
        rehearsal.take(intent)
    rehearsal.advance(rehearsal.quiet_at)
    return rehearsal.now


def _answers(rehearsal: Rehearsal) -> Iterator[Intent]:
    """What the person says on the way, at the end of what is said to them, until it is over."""
    session = rehearsal.session
    while session.state is not State.IDLE and rehearsal.now < _PATIENCE:
        if session.state is State.CHECK and session.progress.points:
            yield Intent(IntentKind.NEXT_POINT)
        elif session.state is State.ANSWER and session.progress.answer and session.progress.answer.more:
            rehearsal.advance(rehearsal.quiet_at)
            yield Intent(IntentKind.MORE)
        else:
            rehearsal.advance(session.deadline() or rehearsal.now)
