"""The shape of the project, held by tests: layers, sizes, docstrings, who may read a clock, and what a wheel holds."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MODULES = sorted((ROOT / "voiceguide").rglob("*.py"))
MAX_LINES = 320
ALLOWED = {
    "time": {"run", "hear/microphone.py", "speak/speaker.py", "speak/voice.py"},
    "threading": {"run", "hear/microphone.py", "speak/speaker.py", "speak/voice.py"},
    "concurrent": {
        "run",
        "hear/vosk.py",
    },  # the latter's answers are waited for at once: what it hears stays a function
    **{module: {"store/download.py"} for module in ("urllib", "http", "requests")},
    "socket": {"store/download.py", "run/service.py"},  # the latter's is a socket of systemd's on this machine
    "sounddevice": {"devices.py"},
}
"""Folders and files of the package that may import what the others may not."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.Module) -> Iterator[str]:
    """The top-level names of everything that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def undocumented(body: list[ast.stmt], within: str) -> Iterator[str]:
    """Public classes, functions and methods without a docstring; a setter shares that of its property."""
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        setter = any(isinstance(mark, ast.Attribute) and mark.attr == "setter" for mark in node.decorator_list)
        if not ast.get_docstring(node) and not setter:
            yield f"{within}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, within)


def test_imports_run_downward_only() -> None:
    lint_imports = Path(sys.executable).parent / "lint-imports"
    linted = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_no_module_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


@pytest.mark.parametrize("banned", ALLOWED)
def test_only_the_shell_touches_the_clock_threads_and_devices(banned: str) -> None:
    users = [path for path in MODULES if banned in imports(ast.parse(path.read_text()))]
    inside = [path.relative_to(ROOT / "voiceguide") for path in users]
    assert [str(path) for path in inside if not {str(path), path.parts[0]} & ALLOWED[banned]] == []


def test_everything_public_has_a_docstring() -> None:
    missing = []
    for path in MODULES:
        tree = ast.parse(path.read_text())
        missing += [] if ast.get_docstring(tree) else [name_of(path)]
        missing += undocumented(tree.body, name_of(path))
    assert missing == []


def test_every_package_is_in_the_distribution() -> None:
    found = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in MODULES}
    assert found | {"voiceguide_content", "voiceguide_models"} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_no_file_names_a_path_of_the_machine() -> None:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git working copy")
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    here = {f"{ROOT}", f"{ROOT.parent}/", f"{Path.home()}/"} - {"//", f"{tempfile.gettempdir()}/"}
    named = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and any(place.encode() in path.read_bytes() for place in here):
            named.append(name)
    assert named == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel; from a copy, or its build folder would stay in the project."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    models = ("models/__init__.py", "models/manifest.yaml", "models/voiceguide-*/**/*")
    for pattern in ("voiceguide/**/*", "content/**/*", *models):
        for path in ROOT.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                copy = source / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    built = subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", out, source], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


def test_a_wheel_holds_all_modules_and_all_content(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {path.relative_to(ROOT).as_posix() for path in MODULES} <= held
    files = [*(ROOT / "content").rglob("*.yaml"), *(ROOT / "content").rglob("*.wav")]
    content = [path.relative_to(ROOT / "content").as_posix() for path in files]
    assert {f"voiceguide_content/{path}" for path in content} <= held
    model = [path for path in (ROOT / "models" / "voiceguide-en").rglob("*") if path.is_file()]
    assert {f"voiceguide_models/{path.relative_to(ROOT / 'models').as_posix()}" for path in model} <= held
    assert "voiceguide_models/manifest.yaml" in held
    assert not [name for name in held if name.startswith(("tests", "scripts"))]


def test_an_installed_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "env"), "platbase": str(tmp_path / "env")}))
    # the libraries of this environment, without its editable install of the project, which only a .pth file makes
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", python]
    subprocess.run([*pip, "install", "--no-deps", wheel], check=True, capture_output=True)
    script = (
        "import voiceguide; from voiceguide.content.load import find_content, load; "
        "print(voiceguide.__file__, len(load(*find_content('en')).points))"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run([python, "-c", script], cwd=elsewhere, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    where, points = ran.stdout.split()
    assert Path(where).is_relative_to(site)
    assert int(points) == len(list((ROOT / "content" / "en" / "points").glob("*.yaml")))
    command = tmp_path / "env" / "bin" / "voiceguide"
    version = subprocess.run([command, "--version"], cwd=elsewhere, env=env, capture_output=True, text=True)
    assert version.returncode == 0, version.stderr
