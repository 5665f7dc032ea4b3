"""`voiceguide doctor`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from voiceguide import wav
from voiceguide.cli.options import device_options, engine_options, settings_options, voice_options
from voiceguide.errors import EXIT_UNWELL, VoiceguideError
from voiceguide.run.doctor import examine
from voiceguide.run.findings import Finding, Verdict, healthy
from voiceguide.run.report import write_report
from voiceguide.run.settings import Settings, load_settings

_MARKS = {Verdict.FINE: "ok  ", Verdict.BETTER: "hint", Verdict.WRONG: "BAD "}


@click.command("doctor")
@click.option("--sound", is_flag=True, help="Also plays four soft sounds, and listens for them.")
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of objects.")
@click.option("--report", "path", type=Path, metavar="FILE", help="Writes it for a bug report, without personal data.")
@device_options
@engine_options
@voice_options
@settings_options
def command(sound: bool, as_json: bool, path: Path | None, **options: Any) -> None:
    """Check everything, and say what to do: programs, content, hearing, voice, devices, journal, and the machine.

    It listens for a second, and makes no noise but with --sound.
    """
    if path:
        wav.check_writable(path)
    settings, findings = _settings(options)
    for finding in findings if not as_json else ():
        click.echo(_line(finding))
    for finding in examine(settings, sound):
        findings.append(finding)
        if not as_json:
            click.echo(_line(finding))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    if path:
        write_report(path, findings, settings)
    if not healthy(findings):
        raise click.exceptions.Exit(EXIT_UNWELL)


def _settings(options: dict[str, Any]) -> tuple[Settings, list[Finding]]:
    """The settings, and what is wrong with them."""
    try:
        return load_settings(**options), []
    except VoiceguideError as error:
        return Settings(), [Finding("settings", Verdict.WRONG, error.what, error.remedy or "mend the file")]


def _line(finding: Finding) -> str:
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return f"{_MARKS[finding.verdict]}  {finding.name:<14} {finding.detail}{remedy}"
