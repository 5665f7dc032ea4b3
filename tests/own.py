"""The recogniser that is part of voiceguide, whatever other models lie about on this machine."""

from pathlib import Path

from voiceguide.models import built_in_model
from voiceguide.run.settings import Settings

MODEL = str(built_in_model("en"))

SETTINGS = Settings(model=MODEL).by_day()

QUIET = str(Path(__file__).parent / "quiet.yaml")
"""Settings with which it says nothing by itself."""
