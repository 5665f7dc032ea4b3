"""For `voiceguide doctor`: the journal, and the panel. A service may be using both, so neither is touched then."""

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from voiceguide.errors import DeviceError
from voiceguide.journal import glance
from voiceguide.journal.files import damaged_copies, files_of
from voiceguide.run.findings import Finding, Verdict
from voiceguide.run.gpio import EXTRA, Light, PushButton, reach_header
from voiceguide.run.settings import PanelSettings


def journal(path: Path, wanted: bool) -> Finding:
    """Whether it is whole, and can be written. It is only read; of what is in it, the number of sessions is told.

    Args:
        path: of the database, which need not be there.
        wanted: whether the user wants one to be kept.

    Raises:
        JournalError: it can't be read, or is damaged.

    """
    there = [file for file in files_of(path) if os.access(file, os.F_OK)]
    if not wanted:
        left = f"; {path} is left from before" if there else ""
        return Finding("journal", Verdict.FINE, f"none is kept (journal: false){left}")
    folder = next(each for each in path.parents if os.access(each, os.F_OK))
    sealed = [each for each in (*there, folder) if not os.access(each, os.W_OK)]
    if path in there:
        count, size = glance.sessions(path), sum(_bytes(file) for file in there)
        detail = f"{count} session{'' if count == 1 else 's'}, {size / 1000:.0f} kB, whole"
    else:
        detail = "none yet"
    if sealed:
        remedy = "nothing is remembered until it can: check its permissions, and the disk"
        return Finding("journal", Verdict.WRONG, f"{detail}; {sealed[0]} cannot be written", remedy)
    if copies := damaged_copies(path):
        remedy = f"see storage and power for the cause; if you don't need it any more, remove {path.stem}.damaged-*"
        return Finding("journal", Verdict.BETTER, f"{detail}; damaged and set aside: {len(copies)}", remedy)
    return Finding("journal", Verdict.FINE, detail)


def _bytes(file: Path) -> int:
    """How large it is; 0 where the service has just removed it."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def panel(chosen: PanelSettings, lacking: Sequence[str], in_use: bool) -> Finding:
    """Whether the pins of light and button can be used.

    Args:
        chosen: which ones.
        lacking: packages of `voiceguide[pi]` that are not installed.
        in_use: whether the service has the pins now: then they are left to it.

    Raises:
        DeviceError: they can't be reached or used.

    """
    pins = {"light": chosen.led, "button": chosen.button}
    found = ", ".join(f"{what} at GPIO {pin}" for what, pin in pins.items() if pin is not None)
    if not found:
        return Finding("panel", Verdict.FINE, "neither a light nor a button is set (panel.led, panel.button)")
    missing = f"; not installed: {', '.join(lacking)}" if lacking else ""
    if in_use:
        detail = f"{found}: left to the service, which uses them now{missing}"
        return Finding("panel", Verdict.BETTER if lacking else Verdict.FINE, detail, EXTRA if lacking else "")
    try:
        reach_header()
        dimmed = _try_pins(chosen)
    except DeviceError as error:
        if "busy" in error.what:  # lgpio's word for a pin that another program has
            remedy = f"if that is a voiceguide which runs, all is well; else {error.remedy}"
            return Finding("panel", Verdict.BETTER, error.what, remedy)
        return Finding("panel", Verdict.WRONG, f"{error.what}{missing}", error.remedy)
    if not dimmed:
        return Finding("panel", Verdict.BETTER, f"{found}: the light is on or off only, not dimmed{missing}", EXTRA)
    return Finding("panel", Verdict.FINE, f"{found}: can be used")


def _try_pins(chosen: PanelSettings) -> bool:
    """Have them for a moment, in the dark; False where the light cannot be dimmed."""
    with ExitStack() as stack:
        if chosen.button is not None:
            stack.enter_context(closing(PushButton(chosen.button, lambda: 0.0)))
        if chosen.led is None:
            return True
        return stack.enter_context(closing(Light(chosen.led, chosen.brightness))).dims
