"""From trained layers to a model that knows the words of the content."""

from pathlib import Path

from scripts.vosk_model.acoustic import load_layers
from scripts.vosk_model.folder import write_model
from scripts.vosk_model.graph import Costs
from scripts.vosk_model.material import content
from voiceguide.hear.sphinx import pronunciations

COSTS = Costs(unknown_phone=4.0)
"""Of silence and of unknown words."""


def build(layers: Path | None, folder: Path, costs: Costs = COSTS) -> str:
    """Write a model into `folder`, without `layers` for the network that is there; how large it is."""
    phrasebook = content()
    sounds = pronunciations(phrasebook.words(), phrasebook.pronunciations)
    network, priors = load_layers(layers) if layers else (None, None)
    texts = sorted({phrase.text for phrase in phrasebook.phrases})
    write_model(folder, network, priors, sounds, texts, costs, whole=True)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{folder}: {size / 1e6:.2f} MB, {len(sounds)} words"
