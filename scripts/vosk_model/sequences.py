"""The error of whole sequences: how much likelier the right phones are than all others, over all alignments of both."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts.vosk_model.chunks import TIMES, Chunk
from scripts.vosk_model.prepare import NOTHING
from scripts.vosk_model.topology import STAY

TOLERANCE = 1
"""Results (30 ms) by which a phone may begin earlier or end later than it was aligned."""
IMPOSSIBLE = -1e4


class Sequences:
    """Negative logarithm of the right sequence's posterior probability, per result of the network.

    Args:
        followers: how often each output comes after each other one, shape (OUTPUTS, OUTPUTS), rows sum to 1.

    """

    def __init__(self, followers: NDArray[np.float32]) -> None:
        stay_or_go = STAY * np.eye(len(followers)) + (1 - STAY) * followers
        self._steps = torch.from_numpy(np.log(stay_or_go + 1e-9)).float()

    def __call__(self, scores: Tensor, chunks: Sequence[Chunk]) -> Tensor:
        """The error of `scores`, shape (batch, OUTPUTS, TIMES), for what `chunks` hold."""
        by_time = scores.transpose(1, 2)
        return (self._any(by_time) - self._right(by_time, chunks)).mean() / TIMES

    def _any(self, scores: Tensor) -> Tensor:
        """Logarithm of the summed likelihood of all sequences, shape (batch,)."""
        best = self._steps.exp()
        total = scores[:, 0]
        for time in range(1, TIMES):
            peak = total.max(dim=1, keepdim=True).values.detach()
            total = ((total - peak).exp() @ best + 1e-30).log() + peak + scores[:, time]
        return torch.logsumexp(total, dim=1)

    def _right(self, scores: Tensor, chunks: Sequence[Chunk]) -> Tensor:
        """The same of the right phones, each near the place where it was aligned."""
        runs = [_runs(chunk.labels) for chunk in chunks]
        longest = max(len(phones) for phones, *_ in runs)
        phones = torch.zeros(len(runs), longest, dtype=torch.long)
        allowed = torch.full((len(runs), TIMES, longest), IMPOSSIBLE)
        ends = torch.tensor([len(found) - 1 for found, *_ in runs])
        for row, (found, firsts, lasts) in enumerate(runs):
            phones[row, : len(found)] = torch.from_numpy(found)
            for column, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
                allowed[row, max(0, first - TOLERANCE) : last + 1 + TOLERANCE, column] = 0.0
        steps = torch.full((len(runs), longest), IMPOSSIBLE)
        steps[:, 1:] = self._steps[phones[:, :-1], phones[:, 1:]]
        stay = float(np.log(STAY))
        fits = scores.gather(2, phones[:, None, :].expand(-1, TIMES, -1)) + allowed
        total = torch.full((len(runs), longest), IMPOSSIBLE)
        total = torch.where(torch.arange(longest) == 0, fits[:, 0], total)
        for time in range(1, TIMES):
            came = torch.cat([torch.full((len(runs), 1), IMPOSSIBLE), total[:, :-1]], dim=1) + steps
            total = torch.logaddexp(total + stay, came) + fits[:, time]
        return total.gather(1, ends[:, None])[:, 0]


def _runs(labels: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Each phone in turn, its first and its last result; what is not known counts as what was before it."""
    known = labels.astype(np.int64)
    for time in np.flatnonzero(known == NOTHING):
        known[time] = known[time - 1] if time else 0
    firsts = np.flatnonzero(np.concatenate([[True], known[1:] != known[:-1]]))
    lasts = np.concatenate([firsts[1:] - 1, [len(known) - 1]])
    return known[firsts], firsts, lasts
