"""How loud it speaks: a level, and the steps louder or softer that were asked for. Pure."""

from dataclasses import dataclass

SOFTEST, LOUDEST = -18.0, 6.0
"""dB re the content's own level, which is -23 dBFS: never silent, and far from where peaks are bent hard."""

WARNING = 0.0
"""dB below which no warning of danger is given, however softly it was asked to speak."""

STEP = 3.0
"""dB of a step louder or softer: clearly heard."""


@dataclass(slots=True)
class Loudness:
    """What somebody wants, within the range of what is heard and does not startle."""

    level: float = 0.0
    """Gain in dB before anybody asks for louder or softer."""
    steps: int = 0
    """What was asked for: above the level, or below it."""

    def turn(self, by: int) -> None:
        """Louder or softer by some steps."""
        self.steps = self._within_range(self._within_range(self.steps) + by)

    def turn_down_to(self, gain: float) -> None:
        """As soft as a gain in dB, where it is louder."""
        self.steps = min(self._within_range(self.steps), self._steps_to(gain))

    def gain(self, steps: int = 0, at_least: float = SOFTEST) -> float:
        """Factor on amplitude; with steps more or fewer than were asked for, but within the range, `at_least` dB."""
        wanted = self.level + STEP * (self.steps + steps)
        return float(10 ** (max(at_least, min(LOUDEST, wanted)) / 20))

    def _within_range(self, steps: int) -> int:
        return max(self._steps_to(SOFTEST), min(self._steps_to(LOUDEST), steps))

    def _steps_to(self, gain: float) -> int:
        """From the level towards a gain in dB, not beyond it."""
        return int((gain - self.level) / STEP)
