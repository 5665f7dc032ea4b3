"""scripts/soak: does it live for months? Nights in virtual time, then hours on the PulseAudio rig; fails if not."""

import argparse
import sys
from collections.abc import Sequence

from tests import rig
from tests.bench import chaos, vigil


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--virtual", type=int, default=1000, help="sessions in virtual time (default: 1000; 0: none)")
    parser.add_argument("--minutes", type=float, default=120.0, help="on the rig (default: 120; 0: none)")
    parser.add_argument("--seed", type=int, default=1, help="of the first night, and of the rig (default: 1)")
    options = parser.parse_args(arguments)
    if options.minutes and (reason := rig.missing()):
        sys.exit(f"soak: {reason} -> run scripts/setup --test, or pass --minutes 0")
    faults: list[str] = []
    if options.virtual:
        faults += chaos.nights(options.virtual, options.seed)
    if options.minutes:
        faults += vigil.watch(options.minutes, options.seed).faults
    if faults:
        sys.exit("\n".join(["", *(f"soak: {fault}" for fault in faults)]))
    print("\nsoak: no crash, no growth, no lost cue, no state without a way out")
