"""A model folder is whole, or the error says what is missing."""

import shutil
from pathlib import Path

import pytest

from voiceguide.errors import ModelError
from voiceguide.models import NEEDED, NEEDED_IVECTOR, candidates, check_model, find_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "vosk-model-small-en-us-0.15"
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def test_a_whole_model_is_fine(model: Path) -> None:
    check_model(model)
    assert find_model(model, []) == model


@pytest.mark.parametrize("name", NEEDED)
def test_each_file_is_needed(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError) as error:
        find_model(model, [])
    assert str(error.value) == f"{model}: {name} is missing -> half-downloaded? unpack the model again"


def test_an_empty_file_is_half_downloaded(model: Path) -> None:
    (model / "am/final.mdl").write_bytes(b"")
    with pytest.raises(ModelError, match=r"am/final.mdl is empty -> half-downloaded"):
        check_model(model)


def test_speaker_adaptation_is_whole_or_absent(model: Path) -> None:
    (model / "ivector").mkdir()
    with pytest.raises(ModelError, match=NEEDED_IVECTOR[0]):
        check_model(model)


def test_a_model_with_a_fixed_vocabulary_is_refused(model: Path) -> None:
    (model / "graph/HCLr.fst").unlink()
    (model / "graph/HCLG.fst").write_text("x")
    with pytest.raises(ModelError, match="its vocabulary is fixed"):
        check_model(model)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder -> give the folder of an unpacked Vosk model"):
        find_model(tmp_path / "nowhere", [])


def test_models_are_found_in_their_folders(model: Path, tmp_path: Path) -> None:
    assert find_model(None, [tmp_path / "nowhere", model.parent]) == model
    assert find_model(None, [model]) == model
    assert find_model(None, [tmp_path]) is None


def test_a_half_model_is_passed_over(model: Path) -> None:
    half = model.parent / "a-half-model"
    shutil.copytree(model, half)
    (half / NEEDED[0]).unlink()
    assert find_model(None, [model.parent]) == model
    assert list(candidates([model.parent])) == [half, model]
