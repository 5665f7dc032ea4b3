"""scripts/bench night_voice: which voice is understood best when it is soft? Judged by voiceguide's own recogniser.

Each voice says phrases of the content, at one loudness (RMS of what is voiced) above one noise; counted is what the
recogniser takes as meant. A recogniser is no ear: it tells what is lost, not what is pleasant.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from tests import own
from voiceguide.content.load import find_content, load
from voiceguide.guide.states import State, legal
from voiceguide.hear.microphone import BLOCK_SECONDS
from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame
from voiceguide.run.ears import build_ears, build_listener
from voiceguide.run.wiring import build_phrasebook
from voiceguide.speak.mastering import master
from voiceguide.speak.voice import EspeakVoice, VoiceSpec

VOICES = ("en-gb", "en-gb+whisper", "en-gb+whisperf")
SPEECH = -35.0
"""dBFS of the voice where the microphone hears it: the device's own level at night, across a bedroom."""


def at_microphone(clip: NDArray[np.int16], snr: float, noise: np.random.Generator) -> NDArray[np.int16]:
    """The clip at its place, in white noise: 1 s of it before, 1.5 s after."""
    speech = soxr.resample(clip, SPEAK_RATE, HEAR_RATE).astype(np.float64) * 10 ** ((SPEECH + 23) / 20)
    whole = np.concatenate([np.zeros(HEAR_RATE), speech, np.zeros(HEAR_RATE * 3 // 2)])
    whole += noise.normal(0, 32768 * 10 ** ((SPEECH - snr) / 20), len(whole))
    return whole.clip(-32768, 32767).astype(np.int16)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=3, help="take every n-th example of a session (default: 3)")
    parser.add_argument("--voice", nargs="+", default=VOICES)
    parser.add_argument("--rate", type=int, nargs="+", default=[145, 130])
    parser.add_argument("--snr", type=float, nargs="+", default=[25.0, 10.0])
    options = parser.parse_args(arguments)
    library = load(*find_content("en"))
    book = build_phrasebook(own.SETTINGS, library)
    ears = build_ears(own.SETTINGS, book)
    acts = legal(State.PRESS)
    said = [example for example in library.examples if "press" in example.states][:: options.every]
    print(f"{len(said)} phrases of a session, as heard in the state press")
    for rate in options.rate:
        for voice in options.voice:
            clips = EspeakVoice().render([one.text for one in said], VoiceSpec(voice, rate), lambda _: None)
            for snr in options.snr:
                right = 0
                for example, clip in zip(said, clips, strict=True):
                    listener = build_listener(ears, book)
                    listener.expect(State.PRESS, acts)
                    sound = at_microphone(master(clip), snr, np.random.default_rng(len(example.text)))
                    kinds = []
                    for number, start in enumerate(range(0, len(sound) - BLOCK, BLOCK)):
                        frame = AudioFrame(sound[start : start + BLOCK], number * BLOCK_SECONDS)
                        heard = [one for one in listener.feed(frame) if one.accepted]
                        kinds += [i.kind for one in heard if (i := book.match(one.text, acts))]
                    right += kinds[:1] == [example.intent]
                print(
                    f"{voice:16s} {rate} words a minute, {snr:4.0f} dB over the noise: {right} of {len(said)}",
                    flush=True,
                )
