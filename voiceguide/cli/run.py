"""`voiceguide run`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import engine_options, read_settings, settings_options, voice_options
from voiceguide.cli.progress import progress
from voiceguide.errors import AudioFileError, UsageError
from voiceguide.run import wiring
from voiceguide.run.trace import Timeline, Trace, Traces, Transcript


@click.command("run")
@click.option("--input", "input_", type=Path, metavar="WAV", help="Plays a recording as the microphone.")
@click.option("--output", type=Path, metavar="WAV", help="Writes what the device says; goes with --input.")
@click.option("--stereo", is_flag=True, help="The output has the microphone on the left, the guide on the right.")
@click.option("--timeline", type=Path, metavar="JSONL", help="Writes every event, a JSON object a line.")
@click.option("--transcript", is_flag=True, help="Prints who said what and when.")
@click.option("--microphone", metavar="NAME|NUMBER", help="The device to listen with.")
@click.option("--speaker", metavar="NAME|NUMBER", help="The device to speak with.")
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
    settings = read_settings(**options)
    with ExitStack() as stack:
        trace = _traces(stack, timeline, transcript)
        with progress("Preparing prompts") as report:
            parts = wiring.build_parts(settings, report)
        click.echo(f"Hearing with {parts.ears.about}", err=True)
        if input_:
            wiring.run_files(parts, trace, input_, output, stereo)
        else:
            wiring.run_devices(settings, parts, trace, lambda: click.echo("Listening.", err=True))


def _traces(stack: ExitStack, timeline: Path | None, transcript: bool) -> Trace:
    sinks: list[Trace] = []
    if timeline:
        try:
            timeline.parent.mkdir(parents=True, exist_ok=True)
            sinks.append(Timeline(stack.enter_context(timeline.open("w", encoding="utf-8"))))
        except OSError as error:
            raise AudioFileError(f"{timeline}: cannot be written ({error.strerror})", "choose another place") from None
    if transcript:
        printer = Transcript(click.echo)
        stack.callback(printer.flush)
        sinks.append(printer)
    return Traces(sinks)
