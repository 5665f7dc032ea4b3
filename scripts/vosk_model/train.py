"""Trains the acoustic model: first each frame by itself, then whole sequences against all other sequences.

The second is lattice-free maximum mutual information (D. Povey et al., "Purely sequence-trained neural networks for
ASR based on lattice-free MMI", Interspeech 2016), made small: one state a phone, so the competitors are all sequences
of 40 outputs, weighed by how often one phone follows the other. This is what the decoder does when it weighs a word
against the loop of phones that stands for all else.

Development only: needs torch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from scripts.vosk_model import acoustic
from scripts.vosk_model.chunks import Chunk, Sampler
from scripts.vosk_model.network import Network, exported
from scripts.vosk_model.prepare import NOTHING, load
from scripts.vosk_model.sequences import Sequences

BATCH = 48
KEEP = 250
"""Steps from one report, and one written file, to the next."""
SMOOTHING = 0.03
"""Share of the target given to all outputs alike: alignments err."""
FRAMES_TOO = 0.3
"""Weight of the frames' own error while sequences are trained: alone, these forget where phones are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast."""

    width: int = 128
    frame_steps: int = 4500
    frame_rate: float = 4e-3
    """Highest learning rate."""
    sequence_steps: int = 2000
    sequence_rate: float = 1e-3
    held_too: bool = False
    """Learn from the held-back speakers as well: once the settings are chosen."""


def train(folder: Path, out: Path, plan: Plan, seed: int, start: Path | None = None) -> None:
    """Learn from the frames that `prepare` wrote into `folder`.

    Args:
        folder: see `prepare`.
        out: where the layers go; the network itself, to go on from, goes beside it as `.pt`, and what was learnt
            from single frames as `frames-...`.
        plan: how long.
        seed: of all that is drawn.
        start: a network to go on from.

    """
    torch.manual_seed(seed)
    torch.set_num_threads(2)
    sampler = Sampler([e for e in load(folder) if plan.held_too or not e.held], np.random.default_rng(seed))
    mean, deviation = sampler.statistics()
    network = Network(plan.width, torch.from_numpy(mean), torch.from_numpy(deviation))
    if start:
        network.load_state_dict(torch.load(start))
    print(f"{sum(p.numel() for p in network.parameters())} parameters", flush=True)
    priors, frames_out = sampler.priors(), out.with_name(f"frames-{out.name}")
    for _ in _trained(network, sampler, plan.frame_steps, plan.frame_rate, None):
        write(frames_out, network, priors)
    for _ in _trained(network, sampler, plan.sequence_steps, plan.sequence_rate, Sequences(sampler.followers())):
        write(out, network, None)


def write(path: Path, network: Network, priors: np.ndarray | None) -> None:
    """The layers, as `acoustic` wants them, and the network as torch does."""
    torch.save(network.state_dict(), path.with_suffix(".pt"))
    network.eval()
    acoustic.save_layers(path, exported(network), priors)
    network.train()


def _trained(network: Network, sampler: Sampler, steps: int, rate: float, sequences: Sequences | None) -> Iterator[int]:
    """Train; the steps done, now and then, when the network is worth keeping."""
    if not steps:
        return
    optimiser = torch.optim.Adam(network.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    network.train()
    sums = np.zeros(3)
    for step, (frames, chunks) in enumerate(_batches(sampler, steps, whole=sequences is not None), start=1):
        scores = network(frames)
        right = torch.from_numpy(np.stack([chunk.labels for chunk in chunks])).long()
        loss = functional.cross_entropy(scores, right, ignore_index=NOTHING, label_smoothing=SMOOTHING)
        sequence_loss = sequences(scores, chunks) if sequences else torch.zeros(())
        total = FRAMES_TOO * loss + sequence_loss if sequences else loss
        optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        sums += [loss.item(), sequence_loss.item(), _accuracy(scores, right)]
        if step % KEEP == 0 or step == steps:
            means = " ".join(f"{value:.4f}" for value in sums / KEEP)
            print(f"{step}/{steps}: frames, sequences, right: {means}", flush=True)
            sums[:] = 0
            yield step


def _batches(sampler: Sampler, steps: int, *, whole: bool) -> Iterator[tuple[Tensor, Sequence[Chunk]]]:
    for _ in range(steps):
        chunks = [sampler.chunk(whole=whole) for _ in range(BATCH)]
        yield torch.from_numpy(np.stack([chunk.frames for chunk in chunks])), chunks


def _accuracy(scores: Tensor, right: Tensor) -> float:
    known = right != NOTHING
    return float((scores.argmax(1) == right)[known].float().mean())
