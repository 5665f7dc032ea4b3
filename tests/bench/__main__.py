"""scripts/bench: without a name, what a user notices; else one of the modules beside this file."""

import sys
from importlib import import_module

BENCHES = (
    "user",
    "hearing",
    "night",
    "night_voice",
    "bargein",
    "timing",
    "losses",
    "stopping",
    "soak",
    "idle",
    "cuts",
    "fit",
)

if __name__ == "__main__":
    name, arguments = (sys.argv[1], sys.argv[2:]) if sys.argv[1:] else ("user", [])
    if name not in BENCHES:
        sys.exit(f"bench: there is no '{name}' -> use one of: {', '.join(BENCHES)}")
    import_module(f"tests.bench.{name}").main(*([arguments] if name != "user" else []))
