"""The shapes of the content files as JSON Schema, so that editors complete and check them."""

import json
from collections.abc import Mapping

from voiceguide.content.fields import Model
from voiceguide.content.files import SEVERAL, SINGLE
from voiceguide.content.language import Prompts, Skill, Sources
from voiceguide.content.phrasing import Examples, Phrases
from voiceguide.content.schema import Guide, Point, Question, Routine, Safety

SHAPES: Mapping[str, type[Model]] = {
    "skill": Skill,
    "prompts": Prompts,
    "safety": Safety,
    "phrases": Phrases,
    "sources": Sources,
    "points": Point,
    "guides": Guide,
    "routines": Routine,
    "questions": Question,
    "examples": Examples,
}
"""By the name of the file, or of the folder whose files have the shape."""


def editor_settings() -> str:
    """The text of `.vscode/settings.json`: which of the schemas is for which files."""
    single = {f"content/schema/{name}.json": f"content/*/{name}.yaml" for name in SINGLE}
    several = {f"content/schema/{name}.json": f"content/*/{name}/*.yaml" for name in SEVERAL}
    return json.dumps({"yaml.schemas": {**single, **several}}, indent=2) + "\n"


def schemas() -> Mapping[str, str]:
    """The text of `content/schema/<name>.json`, by name."""
    made = {name: model.model_json_schema() for name, model in SHAPES.items()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in made.items()}
