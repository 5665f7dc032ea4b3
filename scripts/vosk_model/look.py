"""Trains the second look (voiceguide/hear/second.py): which words there are, by connectionist temporal classification.

Development only: needs torch.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from pocketsphinx import NGramModel, get_model_path
from torch import Tensor, nn
from torch.nn import functional

from scripts.vosk_model.material import content
from scripts.vosk_model.topology import PHONES
from scripts.vosk_model.vectors import Seen, see
from voiceguide.hear.embedding import DIMENSION
from voiceguide.hear.second import NOTHING, OTHER, WEIGHTS

WIDTH, LAYERS, TIMES = 256, 2, 3
NOISE = 0.5
"""Added to the inputs, whose deviation is 1: without it, the few voices are learnt by heart."""
DROPOUT = 0.1
PASSES, BATCH, RATE = 10, 128, 2e-3
PHONE_TIMES = 3
"""Outputs for phones at each vector: 80 ms hold more than one. They are trained too, so that sounds are learnt."""
PHONE_SHARE = 0.3
COMMON = 110
"""Words of the content that are frequent in all English: they may be in speech of which nothing is known."""


class Words(nn.Module):
    """From vectors to words.

    Args:
        words: how many there are.
        mean, scale: of the vectors, each of shape (DIMENSION,).

    """

    def __init__(self, words: int, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        sizes = [DIMENSION, *[WIDTH] * LAYERS]
        pairs = pairwise(sizes)
        self.layers = nn.ModuleList(nn.Conv1d(below, above, TIMES, padding=TIMES // 2) for below, above in pairs)
        self.dropout = nn.Dropout(DROPOUT)
        self.words = nn.Linear(WIDTH, words + OTHER + 1)
        self.phones = nn.Linear(WIDTH, PHONE_TIMES * (len(PHONES) + 1))

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Log chances of words (batch, n, words + 2) and of phones (batch, PHONE_TIMES * n, phones + 1)."""
        values = (vectors - self.mean) / self.scale
        if self.training:
            values = values + NOISE * torch.randn_like(values)
        values = values.transpose(1, 2)
        for layer in self.layers:
            values = self.dropout(functional.relu(layer(values)))
        values = values.transpose(1, 2)
        phones = self.phones(values).reshape(len(values), -1, len(PHONES) + 1)
        return functional.log_softmax(self.words(values), -1), functional.log_softmax(phones, -1)


def train_look(folder: Path, seed: int, processes: int, out: Path = WEIGHTS) -> str:
    """Learn from what `gather` wrote into `folder`; what was learnt goes to `out`."""
    torch.manual_seed(seed)
    seen = see(folder, seed, processes)
    print(f"{len(seen)} utterances", flush=True)
    phrases = content()
    words = sorted(phrases.words())
    every = np.concatenate([one.vectors for one in seen]).astype(np.float32)
    network = Words(len(words), torch.from_numpy(every.mean(axis=0)), torch.from_numpy(every.std(axis=0) + 1e-3))
    _train(network, seen, words, common_words(words, {p.text for p in phrases.phrases}), np.random.default_rng(seed))
    _write(network.eval(), words, out)
    return f"{out}: {len(words)} words"


def common_words(words: Sequence[str], texts: set[str]) -> list[str]:
    """The words of the content that are most frequent elsewhere, and no phrases by themselves."""
    model = NGramModel.readfile(get_model_path("en-us/en-us.lm.bin"))
    return [word for word in sorted(words, key=lambda word: -model.prob([word])) if word not in texts][:COMMON]


def _train(
    network: Words, seen: Sequence[Seen], words: Sequence[str], common: Sequence[str], random: np.random.Generator
) -> None:
    numbers = {word: number for number, word in enumerate(words, start=OTHER + 1)}
    anything = torch.tensor([NOTHING, OTHER, *(numbers[word] for word in common)])
    fitting = [one for one in seen if one.text is None or len(_words(one.text, numbers)) < len(one.vectors)]
    steps = PASSES * (len(fitting) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for number in range(PASSES):
        total = 0.0
        for batch in _batches(fitting, random):
            loss = _loss(network, batch, numbers, anything)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"{number + 1}/{PASSES}: {total * BATCH / len(fitting):.3f}", flush=True)


def _batches(seen: Sequence[Seen], random: np.random.Generator) -> Iterator[list[Seen]]:
    """All of it in random order, those of about the same length together."""
    lengths = np.array([len(one.vectors) for one in seen]) + random.uniform(0, 6, len(seen))
    order = np.argsort(lengths)
    starts = np.arange(0, len(seen) - BATCH + 1, BATCH)
    for start in random.permutation(starts):
        yield [seen[number] for number in order[start : start + BATCH]]


def _loss(network: Words, batch: Sequence[Seen], numbers: dict[str, int], anything: Tensor) -> Tensor:
    """Of a batch, per utterance."""
    lengths = torch.tensor([len(one.vectors) for one in batch])
    vectors = network.mean.expand(len(batch), int(lengths.max()), DIMENSION).clone()
    for row, one in enumerate(batch):
        vectors[row, : len(one.vectors)] = torch.from_numpy(one.vectors.astype(np.float32))
    by_word, by_phone = network(vectors)
    texts = [None if one.text is None else _words(one.text, numbers) for one in batch]
    phones = [[PHONES.index(phone) + 1 for phone in one.phones] or None for one in batch]
    loss = _ctc(by_word, lengths, texts) + PHONE_SHARE * _ctc(by_phone, PHONE_TIMES * lengths, phones)
    for row, text in enumerate(texts):
        if text is None:
            loss = loss - torch.logsumexp(by_word[row, : lengths[row], anything], -1).sum()
    return loss / len(batch)


def _ctc(chances: Tensor, lengths: Tensor, targets: Sequence[list[int] | None]) -> Tensor:
    """Summed over those that have a target."""
    rows = [row for row, target in enumerate(targets) if target is not None]
    found = [target for target in targets if target is not None]
    flat = torch.tensor([number for target in found for number in target], dtype=torch.long)
    sizes = torch.tensor([len(target) for target in found])
    by_time = chances[rows].transpose(0, 1)
    return functional.ctc_loss(by_time, flat, lengths[rows], sizes, reduction="sum", zero_infinity=True)


def _words(text: str, numbers: dict[str, int]) -> list[int]:
    """Unknown words in a row are one."""
    found: list[int] = []
    for word in text.split():
        number = numbers.get(word, OTHER)
        if number != OTHER or found[-1:] != [OTHER]:
            found.append(number)
    return found


def _write(network: Words, words: Sequence[str], out: Path) -> None:
    """The arrays of `second.SecondLook`."""
    last = network.words
    arrays = {"mean": network.mean, "scale": network.scale, "out": last.weight.T, "out_bias": last.bias}
    for number, layer in enumerate(network.layers):
        arrays |= {f"layer{number}": layer.weight.permute(2, 1, 0), f"bias{number}": layer.bias}
    small = {name: tensor.detach().numpy().astype(np.float16) for name, tensor in arrays.items()}
    np.savez_compressed(out, words=np.array(words), **small)
