"""The steps from nothing to a model; see README.md."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from scripts.vosk_model.acted import GAMES
from scripts.vosk_model.build import build
from scripts.vosk_model.evaluate import report
from scripts.vosk_model.gather import gather_acted, gather_prompts, gather_recorded, gather_synthetic
from scripts.vosk_model.prepare import prepare


def _train(given: argparse.Namespace) -> str:
    from scripts.vosk_model.train import Plan, train  # torch is there for this step alone

    plan = Plan(given.width, given.frame_steps, sequence_steps=given.sequence_steps, held_too=given.held_too)
    train(given.work, given.layers, plan, given.seed, given.start)
    return f"{given.layers}: trained"


def _check(folders: Iterable[Path], packages: Iterable[str] = (), programs: Iterable[str] = ()) -> None:
    lacking = [f"{folder}: no such folder" for folder in folders if not folder.is_dir()]
    lacking += [f"no package {package} here" for package in packages if not find_spec(package)]
    lacking += [f"no program {program} here" for program in programs if not shutil.which(program)]
    if lacking:
        sys.exit(f"{lacking[0]} -> scripts/vosk_model/README.md tells where it comes from")


def _act(given: argparse.Namespace) -> str:
    _check((given.plays / game for game in GAMES), ["moonshine_voice"], ["ancient"])
    return gather_acted(given.work, given.plays, given.seed)


def _prompts(given: argparse.Namespace) -> str:
    _check([given.told], ["G722"])
    return gather_prompts(given.work, given.told, given.seed)


def _look(given: argparse.Namespace) -> str:
    from scripts.vosk_model.look import train_look

    return train_look(given.work, given.seed, given.processes)


STEPS: Mapping[str, tuple[str, Callable[[argparse.Namespace], str]]] = {
    "speak": ("synthesize speech", lambda given: gather_synthetic(given.work, given.amount, given.seed)),
    "record": ("align recordings", lambda given: gather_recorded(given.work, given.audio, given.seed)),
    "act": ("align acted speech (needs Moonshine)", _act),
    "prompts": ("read spoken prompts (needs G722)", _prompts),
    "prepare": ("put all into rooms", lambda given: prepare(given.work, given.seed, given.processes)),
    "train": ("train the network (needs torch)", _train),
    "look": ("train the second look (needs torch)", _look),
    "build": ("write a model's folder", lambda given: build(given.layers, given.model)),
    "words": ("teach a model the content's words of today", lambda given: build(None, given.model)),
    "evaluate": ("measure a model", lambda given: report(given.model, given.audio, tuning=given.tuning)),
}


def main() -> None:
    """Take one step."""
    parser = argparse.ArgumentParser(prog="python -m scripts.vosk_model", description=__doc__)
    parser.add_argument("step", choices=STEPS, help="; ".join(f"{name}: {what}" for name, (what, _) in STEPS.items()))
    parser.add_argument("--work", type=Path, default=Path("demo/vosk_model"), help="folder of what lies between steps")
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"), help="folder with manifest.csv")
    parser.add_argument(
        "--plays", type=Path, default=Path("usr/share/scummvm"), help="act: where the games are unpacked"
    )
    parser.add_argument(
        "--told", type=Path, default=Path("told"), help="prompts: folder with a folder for each speaker"
    )
    parser.add_argument("--layers", type=Path, default=Path("demo/vosk_model/net.npz"), help="the trained layers")
    parser.add_argument("--model", type=Path, default=Path("models/voiceguide-en"), help="the model's folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--amount", type=float, default=1.0, help="speak: see material.jobs")
    parser.add_argument("--processes", type=int, default=2, help="prepare")
    parser.add_argument("--width", type=int, default=128, help="train: units of each layer")
    parser.add_argument("--frame-steps", type=int, default=4500, help="train")
    parser.add_argument("--sequence-steps", type=int, default=2000, help="train")
    parser.add_argument("--held-too", action="store_true", help="train: on the held-back speakers as well")
    parser.add_argument("--start", type=Path, help="train: a .pt to go on from")
    parser.add_argument("--tuning", action="store_true", help="evaluate: on the half that was learnt from")
    given = parser.parse_args()
    print(STEPS[given.step][1](given))


if __name__ == "__main__":
    main()
