"""What one file of the content may refer to in another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from voiceguide.content.files import Files, full_id
from voiceguide.content.source import Source, unknown


@dataclass(frozen=True)
class Known:
    """What a file may refer to: the `Resolver` of its validation."""

    names: Mapping[str, Collection[str]]
    """By kind; a prompt by its full id. A kind that is not there could not be read: nobody can tell what is unknown."""
    owner: str
    """Comes before the ids of the file's own prompts: `st-36`."""
    own: Collection[str]

    @classmethod
    def of(cls, files: Files, source: Source, owner: str = "") -> "Known":
        """What one of the files may refer to; without an owner, its prompts are shared."""
        names: dict[str, Collection[str]] = {"point": files.points.keys(), "place": files.guides.keys()}
        if flags := files.safety.texts("flags"):
            names["flag"] = flags.keys()
        if isinstance(files.prompts.at("prompts"), dict):
            names["prompt"] = files.texts().keys()
        if isinstance(files.sources.at("sources"), dict):
            names["source"] = {**files.sources.texts("sources"), **files.sources.texts("items")}.keys()
        return cls(names, owner, source.texts("prompts").keys())

    def resolve(self, kind: str, name: str) -> str:
        """The full id of what is called `name`; ValueError where there is no such thing."""
        if kind == "prompt" and name in self.own:
            return full_id(self.owner, name)
        known = self.names.get(kind)
        if known is None or name in known:
            return name
        near = {*self.own, *known} if kind == "prompt" else known
        raise ValueError(unknown(kind, name, near))
