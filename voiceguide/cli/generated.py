"""Everything in the repository that is generated: pages of documentation, and the schemas of the content."""

from collections.abc import Mapping

from voiceguide.cli import reference
from voiceguide.content import coverage
from voiceguide.content.json_schema import editor_settings, schemas
from voiceguide.content.load import find_content, read_all
from voiceguide.content.models import Models
from voiceguide.guide import diagram
from voiceguide.run import catalogue
from voiceguide.run.settings import Settings


def pages() -> Mapping[str, str]:
    """The text of each file, by its path in the repository."""
    models = Models.of(read_all(*find_content("en")))
    made = {
        "docs/dialogue.md": diagram.page(),
        "docs/commands.md": reference.page(),
        "docs/settings.md": catalogue.page(Settings),
    }
    if models.sources:
        made["docs/coverage.md"] = coverage.page(models, models.sources)
    made[".vscode/settings.json"] = editor_settings()
    return made | {f"content/schema/{name}.json": text for name, text in schemas().items()}
