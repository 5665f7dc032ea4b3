"""A memory card that can't be written any more: a folder that is mounted read-only, for a program of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_APART = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
"""A shell with mounts of its own."""


def _mounts() -> bool:
    """Whether this user may have mounts of its own."""
    if not shutil.which("unshare"):
        return False
    return not subprocess.run([*_APART, "mount --bind /tmp /tmp"], capture_output=True).returncode


can_be_read_only = pytest.mark.skipif(not _mounts(), reason="mounts of its own are not allowed here")


def read_only(card: Path, program: str) -> str:
    """What a Python program prints that can only read in a folder, which is `card` to it; nothing there may change."""
    before = {file: file.read_bytes() for file in card.rglob("*") if file.is_file()}
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" -c "$3" "$1"'
    whole = f"import sys; from pathlib import Path; card = Path(sys.argv[1]); {program}"
    command = [*_APART, script, "sh", str(card), sys.executable, whole]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert {file: file.read_bytes() for file in card.rglob("*") if file.is_file()} == before
    return done.stdout.strip()
