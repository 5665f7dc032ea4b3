"""What became of each statement of the articles, as a page of documentation."""

from collections import defaultdict
from collections.abc import Iterator

from voiceguide.content.language import Sources
from voiceguide.content.lint import cited
from voiceguide.content.models import Models

HEAD = """\
# Where the facts went

Generated from the `sources` of the content files by `scripts/docs`; do not edit. Each statement of the articles that
the content comes from has its place, or is left out with the reason.
"""


def page(models: Models, sources: Sources) -> str:
    """The whole page, in Markdown."""
    where: dict[str, list[str]] = defaultdict(list)
    for thing, source in cited(models):
        where[source].append(thing)
    placed = [item for item in sources.items if item not in sources.left_out]
    lines = [HEAD, f"{len(sources.items)} statements: {len(placed)} placed, {len(sources.left_out)} left out.", ""]
    for article, title in sources.sources.items():
        items = {item: text for item, text in sources.items.items() if item.partition("/")[0] == article}
        if items:
            lines += [f"## {title}", "", "| statement | used in |", "|---|---|"]
            lines += [f"| {text} | {_places(item, where, sources)} |" for item, text in items.items()]
            lines.append("")
    lines += ["## Left out", "", "| statement | why |", "|---|---|"]
    lines += [f"| {sources.items[item]} | {reason} |" for item, reason in sources.left_out.items()]
    lines += ["", "## Other sources", "", "| source | used in |", "|---|---|", *_others(where, sources)]
    return "\n".join(lines) + "\n"


def _places(item: str, where: dict[str, list[str]], sources: Sources) -> str:
    return "left out" if item in sources.left_out else ", ".join(f"`{thing}`" for thing in where[item])


def _others(where: dict[str, list[str]], sources: Sources) -> Iterator[str]:
    articles = {item.partition("/")[0] for item in sources.items}
    for source, title in sources.sources.items():
        if source not in articles:
            yield f"| {title} | {', '.join(f'`{thing}`' for thing in where[source])} |"
