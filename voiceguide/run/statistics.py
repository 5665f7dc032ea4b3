"""What the content holds, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from voiceguide.content.library import Library
from voiceguide.content.templates import expand
from voiceguide.intents import IntentKind
from voiceguide.messages import SPEAK_RATE
from voiceguide.run.rehearsal import estimated_lengths
from voiceguide.run.tour import walk
from voiceguide.run.trace import Traces

_SAFETY = {IntentKind.RED_FLAG, IntentKind.SIGN, IntentKind.SAFETY}


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts, and lengths in seconds."""

    counts: Mapping[str, int]
    lengths: Mapping[str, float]
    """How long each guide and routine takes, walked through once; estimated from the length of the texts."""


def statistics(library: Library) -> Statistics:
    """Count all that an author may want to know."""
    phrases = expand(library.phrases)
    offered = [point for point in library.points.values() if not point.not_offered]
    spoken = dict(library.spoken())
    lengths = estimated_lengths(library)
    counts = {
        "points": len(offered),
        "points documented only": len(library.points) - len(offered),
        "guides": len(library.guides),
        "routines": len(library.routines),
        "questions": len(library.questions),
        "flags": len(library.flags),
        "safety phrasings": len({phrase.text for phrase in phrases if phrase.intent in _SAFETY}),
        "phrases": len({phrase.text for phrase in phrases}),
        "examples": len(library.examples),
        "prompts": len(library.prompts),
        "clips": len(spoken),
        "seconds of speech": round(sum(lengths[sound] for sound in spoken) / SPEAK_RATE),
    }
    things = [*library.guides, *library.routines]
    return Statistics(counts, {id_: walk(library, id_, Traces()) for id_ in things})
