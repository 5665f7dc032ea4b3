"""The transition table as a page of documentation: a diagram, and a table of what makes sense where."""

from collections import defaultdict
from collections.abc import Iterator

from voiceguide.guide.states import TABLE, State, Trigger

HEAD = """\
# The dialogue

Generated from the transition table (`voiceguide/guide/states.py`) by `scripts/docs`; do not edit.

What is said for each intent stands in `content/<language>/phrases.yaml`. `ended` means that all of the state's sounds
and waits are over; `half_heard` that something was said that may begin a session, but it is only likely; `misheard`
that somebody spoke, but nothing that makes sense now; `time_limit` that the cramp has lasted ten minutes. Whatever a
state does not list changes nothing there.
"""


def page() -> str:
    """The whole page, in Markdown."""
    everywhere = [trigger for trigger in TABLE[State.IDLE] if all(trigger in TABLE[state] for state in State)]
    lines = [HEAD, "```mermaid", "stateDiagram-v2", "    [*] --> idle", *_arrows(everywhere), "```", ""]
    lines += ["In every state:", ""]
    lines += [f"- `{trigger}` → {_targets(State.IDLE, trigger)}" for trigger in everywhere]
    lines += ["", "| state | trigger | move | leads to |", "|---|---|---|---|", *_rows(everywhere)]
    return "\n".join(lines) + "\n"


def _arrows(everywhere: list[Trigger]) -> Iterator[str]:
    """One arrow for each pair of states, with all triggers that may lead along it; staying put is no arrow."""
    for state, triggers in TABLE.items():
        along: dict[State, list[str]] = defaultdict(list)
        for trigger, move in triggers.items():
            for target in move.to:
                if target is not state and trigger not in everywhere:
                    along[target].append(trigger)
        for target, names in along.items():
            yield f"    {state} --> {target}: {', '.join(names)}"


def _rows(everywhere: list[Trigger]) -> Iterator[str]:
    for state, triggers in TABLE.items():
        for trigger, move in triggers.items():
            if trigger not in everywhere:
                yield f"| {state} | {trigger} | {move.name} | {_targets(state, trigger)} |"


def _targets(state: State, trigger: Trigger) -> str:
    return ", ".join(TABLE[state][trigger].to)
