"""How loud somebody wants it, by day and by night: remembered in a small file, and asked for by voice."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from voiceguide.content.roles import Role
from voiceguide.errors import AudioFileError
from voiceguide.run.night import Profile
from voiceguide.run.notices import Notice
from voiceguide.run.rewrite import replace_file

STEPS = 12
"""No more steps than this are believed."""


class VolumeMemory:
    """The steps of 3 dB that were asked for, by profile.

    A file that is broken is set aside; one that cannot be written is told once until it can. The guidance never depends
    on it.

    Args:
        path: the file, which need not be there.
        notice: tells the user a line.

    """

    def __init__(self, path: Path, notice: Notice) -> None:
        self._path = path
        self._notice = notice
        self.unwritten = False
        """True where what was asked for could not be kept: `write` tries it again."""
        self._steps = self._read()

    def steps(self, profile: Profile) -> int:
        """What was asked for last."""
        return self._steps.get(profile, 0)

    def keep(self, profile: Profile, steps: int) -> None:
        """Remember it, where it is new."""
        if steps == self.steps(profile):
            return
        self._steps[profile] = steps
        self.write()

    def write(self) -> None:
        """Keep what was asked for; where that can't be done, it is told."""
        try:
            replace_file(self._path, json.dumps({"volume": self._steps}) + "\n")
        except AudioFileError as error:
            if not self.unwritten:
                line = f"{error.what}: the volume is forgotten at the next start -> {error.remedy}"
                self._notice(line, Role.TROUBLE_DISK, self._path)
            self.unwritten = True
        else:
            self.unwritten = False
            self._notice.over(Role.TROUBLE_DISK, self._path)

    def _read(self) -> dict[Profile, int]:
        try:
            return _steps(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._notice(f"{self._path}: cannot be read ({error.strerror}) -> the volume is as at first")
            return {}
        except (ValueError, RecursionError):
            aside = self._path.with_name(f"{self._path.name}.broken")
            with suppress(OSError):
                self._path.replace(aside)
            self._notice(f"{self._path}: broken, and set aside as {aside.name} -> the volume is as at first")
            return {}


def _steps(data: Any) -> dict[Profile, int]:
    """What the file says.

    Raises:
        ValueError: it is not what this program writes.

    """
    volume = data.get("volume") if isinstance(data, dict) else None
    if not isinstance(volume, dict):
        raise ValueError("no volume")
    steps = {Profile(profile): value for profile, value in volume.items()}
    if not all(type(value) is int and abs(value) <= STEPS for value in steps.values()):
        raise ValueError("no steps")
    return steps
