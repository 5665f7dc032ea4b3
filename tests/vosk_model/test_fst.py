"""OpenFst's files, byte by byte."""

import struct
from collections.abc import Iterator
from typing import Any

from scripts.vosk_model.fst import Fst, acceptor_bytes, intervals, lookahead_bytes, next_outputs

CONST = bytes.fromhex("d6fdb27e 05000000") + b"const" + bytes.fromhex("08000000") + b"standard"


def chain() -> Fst:
    """Takes 5, then 6; gives 2 with the second; ends at a cost."""
    fst = Fst()
    first, second, third = fst.state(), fst.state(), fst.state()
    fst.arc(first, second, 5, 0, 0.5)
    fst.arc(second, third, 6, 2)
    fst.final[third] = 0.25
    return fst


class Reader:
    """Reads little-endian fields in turn."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def read(self, layout: str) -> tuple[Any, ...]:
        fields = struct.unpack_from("<" + layout, self.content, self.position)
        self.position += struct.calcsize("<" + layout)
        return fields

    def text(self) -> bytes:
        (length,) = self.read("i")
        (text,) = self.read(f"{length}s")
        return bytes(text)

    def header(self) -> tuple[bytes, tuple[Any, ...]]:
        assert self.read("i") == (2125659606,)
        kind = self.text()
        assert self.text() == b"standard"
        return kind, self.read("iiQqqq")

    def const(self) -> tuple[int, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        kind, (version, flags, properties, start, states, arcs) = self.header()
        assert (kind, version, flags, start) == (b"const", 2, 0, 0)
        return properties, [self.read("fIIII") for _ in range(states)], [self.read("iifi") for _ in range(arcs)]


def test_a_grammar_to_the_byte() -> None:
    fst = Fst()
    start, end = fst.state(), fst.state()
    fst.arc(start, end, 7, 7, 1.5)
    fst.final[end] = 0.0
    counts = bytes.fromhex("02000000 00000000 0100015000000000 0000000000000000 0200000000000000 0100000000000000")
    states = bytes.fromhex("0000807f 00000000 01000000 00000000 00000000  00000000 01000000 00000000 00000000 00000000")
    arcs = bytes.fromhex("07000000 07000000 0000c03f 01000000")
    assert acceptor_bytes(fst) == CONST + counts + states + arcs


def test_arcs_are_sorted_and_epsilons_counted() -> None:
    fst = Fst()
    state = fst.state()
    for label in (9, 0, 4):
        fst.arc(state, state, label, label)
    _, states, arcs = Reader(acceptor_bytes(fst)).const()
    assert states == [(float("inf"), 0, 3, 1, 1)]
    assert [arc[0] for arc in arcs] == [0, 4, 9]


def test_a_lookahead_file_holds_the_transducer_and_its_next_outputs() -> None:
    reader = Reader(lookahead_bytes(chain()))
    kind, (version, _, properties, *_) = reader.header()
    assert (kind, version) == (b"olabel_lookahead", 1)
    assert reader.read("i") == (446681434,)
    inner, states, arcs = reader.const()
    assert inner == properties
    assert states == [(float("inf"), 0, 1, 0, 1), (float("inf"), 1, 1, 0, 0), (0.25, 2, 0, 0, 0)]
    assert arcs == [(5, 0, 0.5, 1), (6, 2, 0.0, 2)]
    assert reader.read("?????") == (True, False, True, False, False)
    assert reader.read("iq") == (3, 3)  # the end counts as the output after the last one
    assert list(_interval_sets(reader, 3)) == [([(2, 3)], 1), ([(2, 3)], 1), ([(3, 4)], 1)]
    assert reader.position == len(reader.content)


def test_what_may_come_next_is_seen_through_loops() -> None:
    fst = Fst()
    outer, inner, word = fst.state(), fst.state(), fst.state()
    fst.arc(outer, inner, 1, 0)
    fst.arc(inner, outer, 1, 0)
    fst.arc(inner, inner, 2, 0)
    fst.arc(inner, word, 3, 4)
    fst.arc(word, outer, 5, 6)
    fst.final[outer] = 0.0
    assert next_outputs(fst, 9) == [{4, 9}, {4, 9}, {6}]


def test_intervals() -> None:
    assert list(intervals(frozenset())) == []
    assert list(intervals(frozenset({3, 4, 5, 9}))) == [(3, 6), (9, 10)]


def _interval_sets(reader: Reader, count: int) -> Iterator[tuple[list[tuple[Any, ...]], int]]:
    for _ in range(count):
        (length,) = reader.read("q")
        found = [reader.read("ii") for _ in range(length)]
        yield found, reader.read("i")[0]
