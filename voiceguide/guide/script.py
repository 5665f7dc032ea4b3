"""What each state says: from content to timelines. No decision is made here."""

from collections.abc import Mapping
from dataclasses import dataclass

from voiceguide.content.library import Library
from voiceguide.content.schema import Beat
from voiceguide.guide.timeline import Score, Timeline, samples
from voiceguide.intents import Side
from voiceguide.messages import Cue

TONES: Mapping[str, Cue] = {"tone.press": Cue.PRESS, "tone.release": Cue.RELEASE}
"""The tones of the two cues, by sound id."""

WAKE = "tone.wake"
"""The sound that wakes an amplifier; it is played as often as needed."""


@dataclass(frozen=True, slots=True)
class Options:
    """How long the guidance waits, in seconds, and how often it tries."""

    step_wait: float = 8.0
    """After a location step, before it goes on by itself."""
    stretch_hold: float = 12.0
    """The stretch is held so long before the first point; 10-30 s is the usual advice (mountsinai.org)."""
    answer_wait: float = 6.0
    """After a question."""
    call_wait: float = 6.0
    """After "did you call?"."""
    call_rest: float = 1800.0
    """For so long nothing is asked because of something half heard, after a question to which nobody said yes: a noisy
    night gets one soft question in half an hour at most."""
    pause_limit: float = 300.0
    """A pause that nobody ends becomes the end."""
    time_limit: float = 600.0
    """A cramp that lasts this long is no case for pressing any more."""
    rounds: int = 3
    """Rounds of pressing on one point."""
    rest: float = 1800.0
    """For so long nothing is pressed after a cramp that went on for too long."""
    remember: float = 8 * 3600.0
    """How long a caution that was told counts: a night."""
    gap: float = 0.35
    """Between two sentences."""
    stop_gap: float = 0.25
    """Between the silence after "stop" and the two words that confirm it."""
    advice_wait: float = 20.0
    """After advice where to turn, before all is quiet."""
    alert_wait: float = 6.0
    """After an alert, before it is said a second time, and before all is quiet."""
    lead_in: float = 0.0
    """Before the first word, where nothing sounded for a while: for amplifiers and Bluetooth that fall asleep."""
    awake: float = 10.0
    """For so long after a sound these stay awake."""


@dataclass(frozen=True, slots=True)
class Script:
    """Writes the timelines of the states.

    Args:
        library: the content.
        lengths: samples at SPEAK_RATE of each clip and tone, by sound id.
        options: the waiting times.

    """

    library: Library
    lengths: Mapping[str, int]
    options: Options

    def sentences(self, *prompts: str, side: Side | None, wait: float = 0.0) -> Timeline:
        """Sentences, then silence of `wait` seconds for an answer or for the hands."""
        score = Score(self.lengths).say(self._sounds(prompts, side), self.options.gap)
        return score.rest(max(0.0, wait - self.options.gap)).timeline()

    def sentence(self, sound: str) -> Timeline:
        """One sentence by its sound id."""
        return Score(self.lengths).say((sound,), self.options.gap).timeline()

    def asides(self, *prompts: str, side: Side | None = None, before: float = 0.0) -> Timeline:
        """Short answers between two sentences, which "repeat" does not repeat."""
        score = Score(self.lengths).rest(before)
        for prompt in prompts:
            score.play(self.library.sound(prompt, side), Cue.ASIDE).rest(self.options.gap)
        return score.timeline()

    def silence(self, seconds: float) -> Timeline:
        """Nothing."""
        return Score(self.lengths).rest(seconds).timeline()

    def lead_in(self) -> Timeline:
        """What wakes an amplifier, for no less than the lead-in."""
        score = Score(self.lengths)
        while score.position < samples(self.options.lead_in):
            score.play(WAKE, Cue.WAKE)
        return score.timeline()

    def alert(self, prompt: str) -> Timeline:
        """A warning, said twice: the first time may be drowned in fright."""
        wait = self.options.alert_wait
        sound = self.library.sound(prompt, None)
        return Score(self.lengths).say((sound, sound), wait).timeline()

    def round(self, *prompts: str, point: str, side: Side | None, tempo: float) -> Timeline:
        """Sentences, then one round of presses and releases at a tempo (2 = half as fast)."""
        dose = self.library.dose(point)
        score = Score(self.lengths).say(self._sounds(prompts, side), self.options.gap)
        begin = score.position
        for _ in range(dose.times):
            for beat in dose.beats:
                self._beat(score, beat, side)
        return score.timeline().retimed(begin, tempo)

    def _beat(self, score: Score, beat: Beat, side: Side | None) -> None:
        """A tone, a word after it, and the counts on the last full seconds."""
        end = score.position + samples(beat.seconds)
        tone = f"tone.{beat.cue}"
        score.play(tone, TONES[tone])
        if beat.say:
            score.play(self.library.sound(beat.say, side), Cue.WORD)
        for number, count in enumerate(beat.count):
            score.until(end - samples(len(beat.count) - number)).play(self.library.sound(count, side), Cue.WORD)
        score.until(end)

    def remaining(self, seconds: float) -> str:
        """The prompt that tells how long it still takes."""
        answers = self.library.skill.remaining
        return next((answer.say for answer in answers if seconds <= answer.up_to), answers[-1].say)

    def _sounds(self, prompts: tuple[str, ...], side: Side | None) -> list[str]:
        return [self.library.sound(prompt, side) for prompt in prompts]
