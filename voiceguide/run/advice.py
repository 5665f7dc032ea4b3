"""Says what was heard while tuning, and what to do about the microphone."""

from collections.abc import Iterator, Sequence

from voiceguide.hear.levels import CLIPPED, Fault, Levels, Reception
from voiceguide.run.tuning import Fit, Heard

GOOD = -24.0
"""dBFS at which speech is best: far from the softest that is heard, and from clipping."""

MIXERS = "alsamixer, pavucontrol"


def lines(heard: Sequence[Heard]) -> Iterator[str]:
    """A line for each phrase: what was heard, how sure, how loud."""
    width = max(len(each.task.phrase) for each in heard) + 2
    for number, each in enumerate(heard, start=1):
        asked = f'"{each.task.phrase}"'.ljust(width)
        yield f"{number:2d}  {asked}  {_words(each)}; {_levels(each.levels)}"


def _words(heard: Heard) -> str:
    hypothesis = heard.hypothesis
    if hypothesis is None:
        return "nobody was heard" if heard.levels.speech is None else "not heard"
    words = f'"{hypothesis.text}" ({hypothesis.confidence:.2f})' if hypothesis.text else "speech"
    if heard.right:
        return f"heard {words}" + ("" if hypothesis.sure else ", though it would ask")
    return f"taken for {words}" if heard.wrong else f"heard {words}, not clear enough to act on"


def _levels(levels: Levels) -> str:
    if levels.dead:
        return "no sound at all"
    speech = "no voice" if levels.speech is None else f"voice {levels.speech:.0f} dBFS"
    clipping = f"clipped {100 * levels.clipped:.1f} %" if levels.clipped >= CLIPPED else "no clipping"
    return f"{speech}, room {levels.noise:.0f} dBFS, {clipping}"


def microphone(reception: Reception) -> Iterator[str]:
    """What to do about the microphone; one line that says so where that is nothing."""
    speech, above = reception.speech, reception.above_noise
    for fault in reception.faults:
        match fault:
            case Fault.DEAD:
                yield f"it gives nothing but silence: unmute it ({MIXERS}), or choose another with --microphone"
            case Fault.UNHEARD:
                yield f"it hears nobody: raise its level ({MIXERS}), move it nearer, or choose another (--microphone)"
            case Fault.LOUD:
                less = max(6, round(speech - GOOD))
                yield f"too loud: lower its level by about {less} dB ({MIXERS}), or move it away"
            case Fault.QUIET:
                yield f"too quiet: raise its level by about {round(GOOD - speech)} dB ({MIXERS}), or move it nearer"
            case Fault.NOISY:
                yield f"the room is only {above:.0f} dB softer than your voice: move it nearer, or away from the noise"
    if not reception.faults:
        yield f"fine (voice {speech:.0f} dBFS, {above:.0f} dB above the room)"


def conclusions(fit: Fit) -> Iterator[str]:
    """What was found out about the person."""
    for word, said in fit.picked.items():
        yield f'You say "{word}" as {" or ".join(said)}'
    if fit.unheard and fit.reception.faults:
        yield f"Not heard: {', '.join(fit.unheard)}; mend the microphone first, then tune again"
    elif fit.unheard:
        yield f"Still not heard: {', '.join(fit.unheard)}; try again, nearer or slower"
