"""Text to WAV files with pyttsx3: a script that `voice.py` runs as a process of its own.

    python -P voice_worker.py JOB.json

The job names the library, the voice, the rate, the folder and the texts by number. Each text becomes `<number>.wav`
there, and each is told by a line on standard output: `{"done": 3}`. What cannot be mended by another try is told by
`{"error": what, "remedy": what to do}`. It imports nothing of the package, so it starts fast and hangs alone.
"""

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any


class RefusedError(Exception):
    """The job cannot be done, however often it is tried: what, and what to do."""


def find_voice(name: str, voices: list[Any], data: Path) -> str:
    """The id of the voice called `name`: by its id, language or name, with or without a `+variant`.

    pyttsx3 keeps silent about a voice that is not there, and espeak-ng about a variant; so both are looked up.
    """
    wanted, plus, variant = name.partition("+")
    base = wanted.lower()
    for voice in voices:
        if base in (voice.id, voice.id.rsplit("/")[-1], voice.name.lower(), *voice.languages):
            if plus and not (data / "voices" / "!v" / variant).is_file():
                raise RefusedError(
                    f"unknown variant '{variant}' of voice '{wanted}'", "choose one from `espeak-ng --voices=variant`"
                )
            return f"{voice.id}{plus}{variant}"
    language = base.partition("-")[0]
    near = sorted({tag for voice in voices for tag in voice.languages if tag.partition("-")[0] == language})
    raise RefusedError(
        f"unknown voice '{wanted}'", f"choose one of {', '.join(near)}" if near else "choose one such as en-gb"
    )


def data_folder(library: ctypes.CDLL) -> Path:
    """Where the library, once initialised, has its data."""
    path = ctypes.c_char_p()
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Info(ctypes.byref(path))
    return Path(os.fsdecode(path.value or b""))


def work(job: dict[str, Any], report: Any) -> None:
    """Render all texts of the job, one after the other."""
    if job["data"]:
        os.environ["ESPEAK_DATA_PATH"] = job["data"]
    library = ctypes.CDLL(job["library"])  # pyttsx3 asks for it by its soname, and gets what is loaded already
    import pyttsx3  # only now: it loads the library when it is imported

    engine = pyttsx3.init("espeak")
    engine.setProperty("voice", find_voice(job["voice"], engine.getProperty("voices"), data_folder(library)))
    engine.setProperty("rate", job["rate"])
    for number, text in job["texts"].items():
        engine.save_to_file(text, str(Path(job["folder"], f"{number}.wav")))
        # Not `runAndWait()`: it returns before the synthesis, and its queued `endLoop` cancels a text at times (one
        # file in 300 was empty). `startLoop()` returns when the text is finished, but leaves the engine "in the loop".
        engine.startLoop()
        engine._inLoop = False
        report({"done": int(number)})


def main() -> None:
    """Do the job; keep standard output for the reports, as pyttsx3 prints there."""
    reports = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def report(message: dict[str, Any]) -> None:
        reports.write(json.dumps(message) + "\n")
        reports.flush()

    try:
        work(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), report)
    except RefusedError as refusal:
        what, remedy = refusal.args
        report({"error": what, "remedy": remedy})


if __name__ == "__main__":
    main()
