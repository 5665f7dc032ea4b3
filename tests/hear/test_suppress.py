"""What is left of the echo becomes soft; a person, and silence, stay as they are."""

import numpy as np
import pytest

from tests.hear.echoes import babbling, power
from voiceguide.hear.kalman import BINS, Cancelled
from voiceguide.hear.suppress import LATE, Suppressor, SuppressSettings
from voiceguide.messages import BLOCK

SURE = np.zeros(BINS, np.float32)
SILENCE = np.zeros(BLOCK, np.float32)


def blocks(sound: np.ndarray) -> list[np.ndarray]:
    return [(sound[i : i + BLOCK] / 32768).astype(np.float32) for i in range(0, len(sound) - BLOCK + 1, BLOCK)]


def suppressed(rest: np.ndarray, echo: np.ndarray, doubt: np.ndarray = SURE) -> tuple[np.ndarray, np.ndarray]:
    suppressor = Suppressor(SuppressSettings(strength=2.0))
    pairs = [suppressor.suppress(Cancelled(r, e, doubt)) for r, e in zip(blocks(rest), blocks(echo), strict=True)]
    plain, soft = zip(*pairs, strict=True)
    return np.concatenate(plain) * 32768, np.concatenate(soft) * 32768


def test_without_echo_a_block_is_only_late() -> None:
    suppressor, sound = Suppressor(), babbling(0.5, 1)
    out = [suppressor.through(block) for block in blocks(sound)]
    assert all(plain is soft for plain, soft in out)
    late = np.concatenate([plain for plain, _ in out]) * 32768
    assert late[LATE:] == pytest.approx(sound[: len(late) - LATE], abs=0.1)


def test_what_always_accompanies_the_echo_is_made_soft() -> None:
    echo = babbling(6.0, 1)
    plain, soft = suppressed(0.1 * echo + np.random.default_rng(1).normal(0, 20, len(echo)), echo)
    later = slice(4 * 16_000, None)
    assert power(soft[later]) < power(plain[later]) - 10


def test_a_person_is_as_loud_as_before() -> None:
    echo, person = babbling(6.0, 1), babbling(6.0, 2)
    person[: 5 * 16_000] = 0
    plain, soft = suppressed(0.05 * echo + person, echo)
    later = slice(5 * 16_000, None)
    assert power(soft[later]) > power(plain[later]) - 1
    assert np.corrcoef(plain[later], soft[later])[0, 1] > 0.97


def test_what_the_filter_doubts_is_made_soft_at_once() -> None:
    rest = babbling(1.0, 1)
    doubt = np.full(BINS, 1e3, np.float32)
    plain, soft = suppressed(rest, babbling(1.0, 2), doubt)
    assert power(soft[8000:]) < power(plain[8000:]) - 20


def test_after_the_echo_it_glides_back() -> None:
    suppressor = Suppressor()
    for block in blocks(babbling(1.0, 1)):
        suppressor.suppress(Cancelled(block, block, SURE))
    first, second = suppressor.through(SILENCE + 0.5), suppressor.through(SILENCE + 0.5)
    assert first[0] is not first[1]
    assert second[0] is second[1]
