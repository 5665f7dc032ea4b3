"""`voiceguide run`."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click

from voiceguide import wav
from voiceguide.cli.options import device_options, engine_options, settings_options, voice_options
from voiceguide.cli.progress import notice, on_terminal, progress, tell
from voiceguide.content.roles import Role
from voiceguide.errors import UsageError
from voiceguide.messages import HEAR_RATE
from voiceguide.run import bedside, ears, wiring
from voiceguide.run.fallback import doubtful
from voiceguide.run.log import Log
from voiceguide.run.notices import Notices
from voiceguide.run.service import Service, ServiceManager, ending
from voiceguide.run.settings import Settings, forgiven, load_settings
from voiceguide.run.trace import Timeline, Trace, Traces, Transcript


@click.command("run")
@click.option("--input", "input_", type=Path, metavar="WAV", help="Plays a recording as the microphone.")
@click.option("--output", type=Path, metavar="WAV", help="Writes what the device says; goes with --input.")
@click.option("--stereo", is_flag=True, help="The output has the microphone on the left, the guide on the right.")
@click.option("--repeatable", is_flag=True, help="With --input: computing takes no time, however slow the computer.")
@click.option("--timeline", type=Path, metavar="JSONL", help="Writes every event, a JSON object a line.")
@click.option("--transcript", is_flag=True, help="Prints who said what and when.")
@click.option("--log-speech", is_flag=True, default=None, help="As a service: also logs what is heard and said.")
@device_options
@click.option("--headphones", is_flag=True, default=None, help="The microphone does not hear the speaker.")
@engine_options
@voice_options
@settings_options
def command(
    input_: Path | None,
    output: Path | None,
    stereo: bool,
    repeatable: bool,
    timeline: Path | None,
    transcript: bool,
    **options: Any,
) -> None:
    """Listen and guide: with the sound devices, or from a WAV to a WAV. Ctrl-C ends."""
    if input_ is None and (output or stereo or repeatable):
        raise UsageError(
            "--output, --stereo and --repeatable need --input", "name the recording to play as the microphone"
        )
    _check_distinct(input_, output, timeline)
    notices = Notices(notice)
    reread = partial(load_settings, **options)
    settings, passable = (reread().by_day(), {}) if input_ else usual_settings(notices, options)
    service = Service(ServiceManager(os.environ, os.getpid()))
    recording = wav.read(input_, HEAR_RATE) if input_ else None
    if output:
        wav.check_writable(output)
    with ExitStack() as stack:
        stack.enter_context(ending(service.stopping))
        build = ears.build_here if input_ else stack.enter_context(ears.elsewhere())
        with progress("Preparing prompts") as report:

            def prepared(done: int, of: int) -> None:
                report(done, of)
                service.preparing(done, of)

            parts = wiring.build_parts(settings, prepared, notices, build, passable)
        sinks = _sinks(stack, timeline, transcript, notices)
        if input_ is None and (settings.log_speech or not on_terminal()):
            sinks.append(Log(tell, settings.log_speech))
        trace = Traces(sinks)
        tell(f"Hearing with {parts.ears.about}")
        if recording is not None:
            wiring.run_files(parts, trace, recording, output, stereo, repeatable)
        else:
            bedside.run_devices(parts, trace, service, lambda: tell("Listening."), notices, reread)


def usual_settings(notices: Notices, options: Mapping[str, Any]) -> tuple[Settings, dict[str, str]]:
    """The settings; what is faulty in files that nobody named is passed over: a bedside must not be silent for it.

    With them those that may turn out to be such, and where each was set; see `fallback`.
    """
    if options["settings"]:
        return load_settings(**options), {}
    found, passed = forgiven(**options)
    if passed:
        kept = found.settings.journal or not any("journal" in each.meant for each in passed)
        rest = "all other settings hold" + ("" if kept else "; no journal is kept, as that may have been meant")
        notices("\n".join([*map(str, passed), f"-> {rest}"]), Role.TROUBLE_SETTINGS)
    return found.settings, doubtful(found.origins)


def _check_distinct(*files: Path | None) -> None:
    """A recording must not be written over while it is read."""
    real = [file.resolve() for file in files if file]
    if len(set(real)) < len(real):
        raise UsageError("--input, --output and --timeline name the same file", "give each its own")


def _sinks(stack: ExitStack, timeline: Path | None, transcript: bool, notices: Notices) -> list[Trace]:
    sinks: list[Trace] = []
    if timeline:
        try:
            timeline.parent.mkdir(parents=True, exist_ok=True)
            stream = stack.enter_context(timeline.open("wb", buffering=0))
        except OSError as error:
            raise wav.unwritable(timeline, error) from None

        def lost(error: OSError) -> None:
            notices(f"{wav.unwritable(timeline, error)}; it ends here", Role.TROUBLE_DISK, timeline)

        sinks.append(Timeline(stream, lost))
    if transcript:
        printer = Transcript(click.echo)
        stack.callback(printer.flush)
        sinks.append(printer)
    return sinks
