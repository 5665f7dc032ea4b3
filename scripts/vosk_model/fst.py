"""Weighted finite-state transducers, and OpenFst's binary files of them: `const`, and `olabel_lookahead` around it.

Source of the formats: OpenFst 1.8's fst/fst.cc (header), fst/const-fst.h, fst/add-on.h, fst/accumulator.h,
fst/label-reachable.h and fst/interval-set.h (Apache-2.0), their Read functions.
"""

import math
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from operator import attrgetter

EPSILON = 0
"""The label of an arc that takes or gives nothing."""
START = 0
"""The number of the start state."""

_MAGIC = 2125659606
_ADD_ON_MAGIC = 446681434
_ARC_TYPE = b"standard"
_NO_STATE = -1


class _Properties(IntFlag):
    """What a reader may rely on (fst/properties.h); of each pair that is not told, the reader looks itself."""

    EXPANDED = 0x1
    ACCEPTOR = 0x10000
    NOT_ACCEPTOR = 0x20000
    EPSILONS = 0x400000
    INPUT_EPSILONS = 0x1000000
    OUTPUT_EPSILONS = 0x4000000
    INPUT_SORTED = 0x10000000
    OUTPUT_SORTED = 0x40000000


@dataclass(frozen=True, slots=True)
class Arc:
    """From a state to another."""

    target: int
    input: int
    output: int
    weight: float
    """Cost: a negative natural logarithm of a probability."""


class Fst:
    """A transducer that grows: states are numbered from START in the order they are made."""

    def __init__(self) -> None:
        self.arcs: list[list[Arc]] = []
        """By state."""
        self.final: dict[int, float] = {}
        """Costs of ending, by state; where one is missing, nothing ends."""

    def state(self) -> int:
        """A new state."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def arc(self, source: int, target: int, taken: int, given: int, weight: float = 0.0) -> None:
        """A new arc that takes one label and gives another."""
        self.arcs[source].append(Arc(target, taken, given, weight))


def acceptor_bytes(fst: Fst) -> bytes:
    """A `const` file of a grammar: every arc gives what it takes; arcs are sorted by it."""
    properties = _Properties.EXPANDED | _Properties.ACCEPTOR | _Properties.INPUT_SORTED | _Properties.OUTPUT_SORTED
    return _const(fst, "input", properties)


def lookahead_bytes(fst: Fst) -> bytes:
    """An `olabel_lookahead` file: beside the transducer it tells which outputs can come next from each state.

    A state's next outputs are stored as intervals; they are few where outputs are numbered in the order of a tree.
    """
    properties = (
        _Properties.EXPANDED
        | _Properties.NOT_ACCEPTOR
        | _Properties.EPSILONS
        | _Properties.INPUT_EPSILONS
        | _Properties.OUTPUT_EPSILONS
        | _Properties.OUTPUT_SORTED
    )
    end = 1 + max(arc.output for arcs in fst.arcs for arc in arcs)
    both_sides = struct.pack("<???", True, False, True)  # there is an add-on: none for inputs, one for outputs
    not_input_not_relabelled = struct.pack("<??", False, False)
    return b"".join(
        [
            _header(b"olabel_lookahead", 1, properties, _NO_STATE, 0, 0),
            struct.pack("<i", _ADD_ON_MAGIC),
            _const(fst, "output", properties),
            both_sides,
            not_input_not_relabelled,
            struct.pack("<iq", end, len(fst.arcs)),
            *(_interval_set(outputs) for outputs in next_outputs(fst, end)),
        ]
    )


def next_outputs(fst: Fst, end: int) -> list[frozenset[int]]:
    """By state: the outputs that can be given first from there, and `end` where nothing more need be given."""
    found = [{arc.output for arc in arcs if arc.output != EPSILON} for arcs in fst.arcs]
    for state in fst.final:
        found[state].add(end)
    sources = defaultdict(set)
    for source, arcs in enumerate(fst.arcs):
        for arc in arcs:
            if arc.output == EPSILON and arc.target != source:
                sources[arc.target].add(source)
    changed = [state for state, outputs in enumerate(found) if outputs]
    while changed:
        state = changed.pop()
        for source in sources[state]:
            if not found[state] <= found[source]:
                found[source] |= found[state]
                changed.append(source)
    return [frozenset(outputs) for outputs in found]


def intervals(numbers: frozenset[int]) -> Iterator[tuple[int, int]]:
    """The numbers as [begin, end), in order."""
    begin = end = None
    for number in sorted(numbers):
        if number != end:
            if begin is not None and end is not None:
                yield begin, end
            begin = number
        end = number + 1
    if begin is not None and end is not None:
        yield begin, end


def _interval_set(numbers: frozenset[int]) -> bytes:
    found = list(intervals(numbers))
    packed = b"".join(struct.pack("<ii", *interval) for interval in found)
    return struct.pack("<q", len(found)) + packed + struct.pack("<i", len(numbers))


def _const(fst: Fst, sorted_by: str, properties: _Properties) -> bytes:
    states, packed, position = [], [], 0
    for state, arcs in enumerate(fst.arcs):
        taken = sum(arc.input == EPSILON for arc in arcs)
        given = sum(arc.output == EPSILON for arc in arcs)
        states.append(struct.pack("<fIIII", fst.final.get(state, math.inf), position, len(arcs), taken, given))
        ordered = sorted(arcs, key=attrgetter(sorted_by))
        packed += [struct.pack("<iifi", arc.input, arc.output, arc.weight, arc.target) for arc in ordered]
        position += len(arcs)
    unaligned = 2  # the version of the format without padding between states and arcs
    header = _header(b"const", unaligned, properties, START, len(fst.arcs), position)
    return b"".join([header, *states, *packed])


def _header(kind: bytes, version: int, properties: _Properties, start: int, states: int, arcs: int) -> bytes:
    no_symbols = 0
    return b"".join(
        [
            struct.pack("<i", _MAGIC),
            struct.pack("<i", len(kind)) + kind,
            struct.pack("<i", len(_ARC_TYPE)) + _ARC_TYPE,
            struct.pack("<iiQqqq", version, no_symbols, properties, start, states, arcs),
        ]
    )
