"""Says prompts of the content, for their author: into a WAV, or with the speaker."""

import time
from contextlib import closing
from pathlib import Path

from voiceguide import wav
from voiceguide.content.library import Library, Prompt, sound_id
from voiceguide.content.source import unknown
from voiceguide.errors import UsageError
from voiceguide.guide.script import Options, Script
from voiceguide.guide.timeline import Timeline
from voiceguide.intents import Side
from voiceguide.messages import SPEAK_RATE
from voiceguide.run.clock import MonotonicClock
from voiceguide.run.settings import Settings
from voiceguide.run.wiring import device
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker


def prompts(library: Library, id_: str) -> list[Prompt]:
    """One prompt by its full id (`st-36/bend`, `check`), or all of a file (`st-36`).

    Raises:
        UsageError: there is no such thing.

    """
    found = [prompt for name, prompt in library.prompts.items() if name == id_ or name.startswith(f"{id_}/")]
    if not found:
        owners = {name.partition("/")[0] for name in library.prompts}
        raise UsageError(unknown("id", id_, [*library.prompts, *owners]), "use the id of a prompt, or of its file")
    return found


def texts(library: Library, chosen: list[Prompt], side: Side | None) -> dict[str, str]:
    """The clips of some prompts as said of one leg or of none: text by sound id."""
    spoken = dict(library.spoken())
    return {(sound := sound_id(p.id, side if p.sided else None)): spoken[sound] for p in chosen}


def recital(library: Library, clips: Clips, chosen: list[Prompt], side: Side | None) -> Timeline:
    """The prompts, one after the other."""
    return Script(library, clips.lengths, Options()).sentences(*(prompt.id for prompt in chosen), side=side)


def write(clips: Clips, timeline: Timeline, path: Path) -> None:
    """Into a WAV.

    Raises:
        AudioFileError: it cannot be written.

    """
    mixer = Mixer(clips)
    mixer.schedule(timeline.schedule(0))
    wav.write(path, mixer.render(0, timeline.length), SPEAK_RATE)


def play(settings: Settings, clips: Clips, timeline: Timeline) -> None:
    """With the speaker; returns when it is over.

    Raises:
        DeviceError: there is no speaker, or it was lost.

    """
    clock = MonotonicClock()
    with closing(DeviceSpeaker(Mixer(clips), clock.zero, device(settings.speaker))) as speaker:
        begin = round(clock.now() * SPEAK_RATE)
        speaker.play(timeline.schedule(begin))
        end = (begin + timeline.length) / SPEAK_RATE + 2 * speaker.latency
        while clock.now() < end:
            speaker.check()
            time.sleep(0.05)
