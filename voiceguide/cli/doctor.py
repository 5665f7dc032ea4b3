"""`voiceguide doctor`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from voiceguide.cli.options import engine_options, settings_options, voice_options
from voiceguide.errors import EXIT_UNWELL, VoiceguideError
from voiceguide.run.doctor import Finding, Verdict, examine, healthy
from voiceguide.run.settings import Settings, load_settings

_MARKS = {Verdict.FINE: "ok  ", Verdict.BETTER: "hint", Verdict.WRONG: "BAD "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of objects.")
@engine_options
@voice_options
@settings_options
def command(as_json: bool, **options: Any) -> None:
    """Check Python, libraries, content, recogniser, voice, clips and devices, and say what to do."""
    findings: list[Finding] = []
    for finding in _examine(options):
        findings.append(finding)
        if not as_json:
            click.echo(_line(finding))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    if not healthy(findings):
        raise click.exceptions.Exit(EXIT_UNWELL)


def _examine(options: dict[str, Any]) -> Iterator[Finding]:
    try:
        settings = load_settings(**options)
    except VoiceguideError as error:
        yield Finding("settings", Verdict.WRONG, error.what, error.remedy or "mend the file")
        settings = Settings()
    yield from examine(settings)


def _line(finding: Finding) -> str:
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return f"{_MARKS[finding.verdict]}  {finding.name:<14} {finding.detail}{remedy}"
