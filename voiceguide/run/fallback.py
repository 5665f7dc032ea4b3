"""Settings that are right in themselves, and name what this device may not have: a language, a model, a voice.

Whether it does is found out where they are used, so a start takes no longer. At the bedside such a setting is passed
over as a faulty one is (`lenient`), and costs itself alone. Who writes one is told at once (`trial`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from voiceguide.content.roles import Role
from voiceguide.errors import ModelError, VoiceError
from voiceguide.run.catalogue import by_name
from voiceguide.run.notices import Notice
from voiceguide.run.settings import DOUBTFUL, Settings

T = TypeVar("T")

_KEYS = by_name(Settings)


def doubtful(origins: Mapping[str, str]) -> dict[str, str]:
    """Such settings in files and variables, by name, and where each was set; what the call itself names must be right.

    Args:
        origins: where each setting was set, see `layers.Stack`.

    """
    return {name: place for name, place in origins.items() if name in DOUBTFUL and not place.startswith("--")}


class Fallback:
    """Uses settings, and the defaults in place of those that cannot be used.

    Args:
        settings: what the user chose.
        passable: which of them may be passed over, by name, and where each was set; see `doubtful`.
        notice: is told which are.

    """

    def __init__(self, settings: Settings, passable: Mapping[str, str], notice: Notice) -> None:
        self.settings = settings
        """What holds so far."""
        self._passable = dict(passable)
        self._notice = notice

    def attempt(self, make: Callable[[Settings], T], errors: tuple[type[Exception], ...], names: Sequence[str]) -> T:
        """What `make` makes of the settings; some of them are passed over where it fails because of them.

        Args:
            make: is called anew without each setting that is passed over.
            errors: what shows that one of them cannot be used.
            names: those that may be the reason; the first one goes first, and a voice only where it is the one that
                failed.

        Raises:
            Exception: what `make` raises, where none of them is the reason.

        """
        while True:
            try:
                return make(self.settings)
            except errors as error:
                name = next((name for name in names if self._may_cause(name, error)), None)
                if name is None:
                    raise
                self._pass_over(name, error)

    def _may_cause(self, name: str, error: Exception) -> bool:
        if isinstance(error, VoiceError) and error.voice != _KEYS[name].of(self.settings):
            return False
        return name in self._passable

    def _pass_over(self, name: str, error: Exception) -> None:
        place = self._passable.pop(name)
        self.settings = self.settings.having({name: _KEYS[name].default})
        say = Role.TROUBLE_MODEL if isinstance(error, ModelError) else Role.TROUBLE_SETTINGS
        self._notice(f"{place}: {name}: {error}; until it is mended {name} is passed over", say, name)
