"""`voiceguide run`."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click

from voiceguide import wav
from voiceguide.cli.options import device_options, engine_options, settings_options, voice_options
from voiceguide.cli.progress import notice, progress
from voiceguide.errors import UsageError
from voiceguide.messages import HEAR_RATE
from voiceguide.run import ears, wiring
from voiceguide.run.settings import load_settings
from voiceguide.run.trace import Timeline, Trace, Traces, Transcript


@click.command("run")
@click.option("--input", "input_", type=Path, metavar="WAV", help="Plays a recording as the microphone.")
@click.option("--output", type=Path, metavar="WAV", help="Writes what the device says; goes with --input.")
@click.option("--stereo", is_flag=True, help="The output has the microphone on the left, the guide on the right.")
@click.option("--timeline", type=Path, metavar="JSONL", help="Writes every event, a JSON object a line.")
@click.option("--transcript", is_flag=True, help="Prints who said what and when.")
@device_options
@click.option("--headphones", is_flag=True, default=None, help="The microphone does not hear the speaker.")
@engine_options
@voice_options
@settings_options
def command(
    input_: Path | None,
    output: Path | None,
    stereo: bool,
    timeline: Path | None,
    transcript: bool,
    **options: Any,
) -> None:
    """Listen and guide: with the sound devices, or from a WAV to a WAV. Ctrl-C ends."""
    if input_ is None and (output or stereo):
        raise UsageError("--output and --stereo need --input", "name the recording to play as the microphone")
    _check_distinct(input_, output, timeline)
    reread = partial(load_settings, **options)
    settings = reread()
    if input_:
        settings = settings.by_day()
    recording = wav.read(input_, HEAR_RATE) if input_ else None
    if output:
        wav.check_writable(output)
    with ExitStack() as stack:
        build = ears.build_here if input_ else stack.enter_context(ears.elsewhere())
        with progress("Preparing prompts") as report:
            parts = wiring.build_parts(settings, report, notice, build)
        trace = _traces(stack, timeline, transcript)
        click.echo(f"Hearing with {parts.ears.about}", err=True)
        if recording is not None:
            wiring.run_files(parts, trace, recording, output, stereo)
        else:
            wiring.run_devices(parts, trace, lambda: click.echo("Listening.", err=True), notice, reread)


def _check_distinct(*files: Path | None) -> None:
    """A recording must not be written over while it is read."""
    real = [file.resolve() for file in files if file]
    if len(set(real)) < len(real):
        raise UsageError("--input, --output and --timeline name the same file", "give each its own")


def _traces(stack: ExitStack, timeline: Path | None, transcript: bool) -> Trace:
    sinks: list[Trace] = []
    if timeline:
        try:
            timeline.parent.mkdir(parents=True, exist_ok=True)
            stream = stack.enter_context(timeline.open("wb", buffering=0))
        except OSError as error:
            raise wav.unwritable(timeline, error) from None
        sinks.append(Timeline(stream, lambda error: notice(f"{wav.unwritable(timeline, error)}; it ends here")))
    if transcript:
        printer = Transcript(click.echo)
        stack.callback(printer.flush)
        sinks.append(printer)
    return Traces(sinks)
