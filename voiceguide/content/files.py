"""The files of a language, as they were read: the built-in ones, and the user's own above them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voiceguide.content.source import Problem, Source, Trail, shown, unknown
from voiceguide.errors import ContentError

SINGLE = ("skill", "prompts", "safety", "phrases", "sources")
"""Files that a language has one of: `skill.yaml` ..."""
SEVERAL = ("points", "guides", "routines", "questions", "examples")
"""Folders with a file for each thing: `points/st-36.yaml` ..."""


@dataclass(frozen=True)
class Files:
    """The files of a language."""

    skill: Source
    prompts: Source
    safety: Source
    phrases: Source
    sources: Source
    points: Mapping[str, Source]
    guides: Mapping[str, Source]
    routines: Mapping[str, Source]
    questions: Mapping[str, Source]
    examples: Mapping[str, Source]
    strays: tuple[Problem, ...] = ()
    """Files that mean nothing where they are."""

    def __iter__(self) -> Iterator[Source]:
        yield from (getattr(self, name) for name in SINGLE)
        for folder in SEVERAL:
            yield from getattr(self, folder).values()

    def owners(self) -> Mapping[str, Source]:
        """The files that have prompts, by what comes before their ids: nothing for those that all share."""
        things = {**self.points, **self.guides, **self.routines, **self.questions}
        return {"": self.prompts, "safety": self.safety, **things}

    def texts(self) -> Mapping[str, str]:
        """All prompts by their full ids."""
        return {
            full_id(owner, name): text
            for owner, source in self.owners().items()
            for name, text in source.texts("prompts").items()
        }

    def problems(self) -> Iterator[Problem]:
        """What is wrong with each file by itself, as far as it is known."""
        yield from self.strays
        for source in self:
            yield from source.problems

    def overlaid(self, above: "Files") -> "Files":
        """These with others above them, file by file; what those leave out stays as it is."""
        laid: dict[str, object] = {name: _overlaid(getattr(self, name), getattr(above, name)) for name in SINGLE}
        for folder in SEVERAL:
            under: Mapping[str, Source] = getattr(self, folder)
            over: Mapping[str, Source] = getattr(above, folder)
            both = {name: _overlaid(under[name], over[name]) for name in under.keys() & over.keys()}
            laid[folder] = MappingProxyType({**under, **over, **both})
        return Files(**laid, strays=self.strays + above.strays)  # type: ignore[arg-type]


def read(folder: Path, *, whole: bool = True) -> Files:
    """Read all files of a language; what is wrong with each is among its problems.

    Args:
        folder: holds skill.yaml, points/ and so on.
        whole: False for an overlay, which may leave files out.

    Raises:
        ContentError: there is no such folder.

    """
    if not folder.is_dir():
        raise ContentError([f"{shown(folder)}: no such folder"])
    single = {name: _single(folder / f"{name}.yaml", whole) for name in SINGLE}
    several = {name: _several(folder / name) for name in SEVERAL}
    return Files(**single, **several, strays=tuple(_strays(folder)))  # type: ignore[arg-type]


def full_id(owner: str, prompt: str) -> str:
    """The id of a prompt in a `Library`: `st-36/shin-ridge`, or `check` where all share it."""
    return f"{owner}/{prompt}" if owner else prompt


def _single(path: Path, whole: bool) -> Source:
    return Source.read(path) if whole or path.exists() else Source(shown(path))


def _several(folder: Path) -> Mapping[str, Source]:
    return MappingProxyType({path.stem: Source.read(path) for path in sorted(folder.glob("*.yaml"))})


def _strays(folder: Path) -> Iterator[Problem]:
    known: Collection[str] = {*(f"{name}.yaml" for name in SINGLE), *SEVERAL}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_symlink() and not path.exists():
            yield Problem(shown(path), 0, 0, "is a link that leads nowhere")
        if path.is_dir() or inside[-1].startswith(".") or path.suffix not in (".yaml", ".yml"):
            continue
        if path.suffix == ".yml":
            yield Problem(shown(path), 0, 0, "is passed over: its name must end in .yaml")
        elif inside[0] not in known:
            yield Problem(shown(path), 0, 0, unknown("file" if len(inside) == 1 else "folder", inside[0], known))
        elif len(inside) > 2:
            yield Problem(shown(path), 0, 0, f"is passed over: put it into {inside[0]}/ itself")


def _overlaid(under: Source, above: Source) -> Source:
    return under.overlaid(above, _added) if above.values or above.problems else under


def _added(trail: Trail) -> bool:
    """What people say is added to: an overlay's phrases stand beside the built-in ones."""
    return trail[-1:] in (("data",), ("said",), ("sign",), ("denied",), ("examples",))
