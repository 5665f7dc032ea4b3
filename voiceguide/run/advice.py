"""Says what was heard while tuning, and what to do about the microphone."""

from collections.abc import Iterator, Sequence
from statistics import median

from voiceguide.hear.levels import Levels
from voiceguide.run.tuning import CLEAN, Fit, Heard

GOOD = -24.0
"""dBFS at which speech is best: far from the softest that is heard, and from clipping."""

QUIET = -38.0
"""dBFS below which words get lost: of the synthetic user's, all are heard down to -36, half of them at -48."""

LOUD = -10.0
"""dBFS above which the loudest sounds clip."""

CLIPPED = 0.001
"""Share of samples at the limit from which on a voice is distorted."""

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


def microphone(levels: Sequence[Levels]) -> Iterator[str]:
    """What to do about the microphone; one line that says so where that is nothing."""
    spoken = [each for each in levels if each.speech is not None]
    if all(each.dead for each in levels):
        yield f"it gives nothing but silence: unmute it ({MIXERS}), or choose another with --microphone"
        return
    if not spoken:
        yield f"it hears nobody: raise its level ({MIXERS}), move it nearer, or choose another with --microphone"
        return
    speech = median(each.speech for each in spoken if each.speech is not None)
    above = median(each.above_noise for each in spoken if each.above_noise is not None)
    faults = [*_gain(speech, max(each.clipped for each in spoken))]
    if above < CLEAN:
        faults.append(
            f"the room is only {above:.0f} dB softer than your voice: move the microphone nearer, or away from what "
            "makes the noise"
        )
    yield from faults or [f"fine (voice {speech:.0f} dBFS, {above:.0f} dB above the room)"]


def _gain(speech: float, clipped: float) -> Iterator[str]:
    if clipped >= CLIPPED or speech > LOUD:
        less = max(6, round(speech - GOOD))
        yield f"too loud: lower its level by about {less} dB ({MIXERS}), or move it away"
    elif speech < QUIET:
        yield f"too quiet: raise its level by about {round(GOOD - speech)} dB ({MIXERS}), or move it nearer"


def conclusions(fit: Fit) -> Iterator[str]:
    """What was found out about the person."""
    for word, said in fit.picked.items():
        yield f'You say "{word}" as {" or ".join(said)}'
    if fit.unheard:
        yield f"Still not heard: {', '.join(fit.unheard)}; try again, nearer or slower"
