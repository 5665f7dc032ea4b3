"""The scripts around the package, run in a folder of their own with stand-ins for python, pip, apt-get and sudo."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(path for path in [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"] if path.is_file())
TOOLS = ["bash", "cut", "dirname", "env", "grep", "mkdir", "mktemp", "rm", "sha256sum", "tail", "cp", "chmod"]

# `python -m venv .venv` makes a copy of the stand-in; all calls but the looks (-c) are written down
PYTHON = """#!/bin/bash
case "$*" in
  *print*) echo python3.11-venv ;;
  *ensurepip*) [[ -z ${NO_VENV:-} ]] ;;
  -c*) [[ -z ${UNSUPPORTED:-} ]] ;;
  --version) echo Python 3.11.2 ;;
  "-m venv"*) echo venv >>"$CALLS"; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  "-m pip install"*) echo "pip ${@: -1}" >>"$CALLS"; [[ -z ${NO_NETWORK:-} ]] || { echo "no route to host"; exit 1; } ;;
esac
"""
LDCONFIG = """#!/bin/bash
[[ -n ${BARE:-} ]] || echo "libportaudio.so.2 libespeak-ng.so.1 libatomic.so.1"
"""
APT = """#!/bin/bash
echo "apt-get ${*: 4}" >>"$CALLS"
echo "E: Could not resolve host"
exit 100
"""
ID = """#!/bin/bash
echo "${USER_ID:-0}"
"""
SUDO = """#!/bin/bash
exit 1
"""

Setup = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the script and a pyproject.toml."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "scripts" / "lib", project / "scripts" / "lib")
    shutil.copy(ROOT / "scripts" / "setup", project / "scripts")
    (project / "pyproject.toml").write_text("[project]\n")
    return project


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Where the stand-ins write down their calls."""
    return tmp_path / "calls"


@pytest.fixture
def setup(tmp_path: Path, project: Path, calls: Path) -> Setup:
    """Runs scripts/setup among stand-ins."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    stand_ins = {"python3": PYTHON, "ldconfig": LDCONFIG, "apt-get": APT, "id": ID, "sudo": SUDO}
    for name, text in stand_ins.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)

    def run(*arguments: str, folder: Path = project, **env: str) -> subprocess.CompletedProcess[str]:
        calls.write_text("")
        return subprocess.run(
            [folder / "scripts" / "setup", *arguments],
            env={"PATH": str(tools), "CALLS": str(calls), "TMPDIR": str(tmp_path), **env},
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    text = script.read_text()
    if text.startswith("#!/usr/bin/env python3\n"):
        compile(text, script, "exec")
    else:
        assert text.startswith("#!/usr/bin/env bash\n")
        assert subprocess.run(["bash", "-n", script], capture_output=True).returncode == 0


def test_setup_makes_the_environment_once(setup: Setup, calls: Path) -> None:
    first = setup()
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == ["setup: environment .venv (Python 3.11.2)", "setup: Python packages"]
    assert calls.read_text().splitlines() == ["venv", "pip ."]
    second = setup()
    assert (second.returncode, second.stdout, second.stderr, calls.read_text()) == (0, "", "", "")


def test_setup_installs_again_when_the_requirements_change(setup: Setup, project: Path, calls: Path) -> None:
    setup()
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert setup().stdout == "setup: Python packages\n"
    assert calls.read_text() == "pip .\n"


def test_setup_for_tests_serves_without_them_too(setup: Setup, calls: Path) -> None:
    setup()
    setup("--test")
    assert "pip .[dev]" in calls.read_text()
    assert setup().returncode == 0
    assert calls.read_text() == ""


def test_setup_makes_a_broken_environment_anew(setup: Setup, project: Path, calls: Path) -> None:
    setup()
    (project / ".venv" / "bin" / "python").write_text("not a program")
    assert setup().returncode == 0
    assert calls.read_text().splitlines() == ["venv", "pip ."]


def test_setup_makes_the_environment_anew_where_the_folder_has_moved(
    setup: Setup, project: Path, calls: Path, tmp_path: Path
) -> None:
    setup()
    moved = project.rename(tmp_path / "moved")
    assert setup(folder=moved).returncode == 0
    assert calls.read_text().splitlines() == ["venv", "pip ."]


def test_setup_goes_on_without_the_system_libraries(setup: Setup, calls: Path) -> None:
    result = setup(BARE="1")
    assert result.returncode == 0
    assert result.stdout.splitlines()[0] == (
        "setup: going on with the bundled libraries (apt-get: E: Could not resolve host); "
        "for all: sudo apt-get install libportaudio2 libespeak-ng1 libatomic1"
    )
    assert "apt-get update" in calls.read_text()


def test_setup_without_rights_says_what_is_missing(setup: Setup, calls: Path) -> None:
    result = setup(BARE="1", USER_ID="1000")
    assert result.returncode == 0
    assert result.stdout.splitlines()[0] == (
        "setup: going on with the bundled libraries (not root, and sudo asks for a password); "
        "for all: sudo apt-get install libportaudio2 libespeak-ng1 libatomic1"
    )
    assert "apt-get" not in calls.read_text()


@pytest.mark.parametrize(
    ("env", "line"),
    [
        (
            {"UNSUPPORTED": "1"},
            "setup: no 64-bit Python 3.11, 3.12 or 3.13 here -> install python3 of Debian 12, Ubuntu 24.04 or newer\n",
        ),
        (
            {"NO_VENV": "1"},
            "setup: python3 has no venv module (not root, and sudo asks for a password) -> "
            "sudo apt-get install python3.11-venv\n",
        ),
        (
            {"NO_NETWORK": "1"},
            "no route to host\nsetup: pip could not install the Python packages (its last lines are above) -> "
            "check the network and run it again\n",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_setup_ends_with_one_clear_line(setup: Setup, env: dict[str, str], line: str) -> None:
    result = setup(USER_ID="1000", **env)
    assert (result.returncode, result.stderr) == (1, line)


def test_setup_tries_again_after_a_failure(setup: Setup, calls: Path) -> None:
    setup(NO_NETWORK="1")
    assert setup().returncode == 0
    assert calls.read_text() == "pip .\n"


def test_setup_leaves_no_temporary_file(setup: Setup, tmp_path: Path) -> None:
    setup()
    setup(NO_NETWORK="1")
    assert not list(tmp_path.glob("tmp.*"))


@pytest.fixture
def demo(tmp_path: Path, calls: Path) -> Setup:
    """Runs scripts/demo with stand-ins for setup, the night, the program and the players."""
    scripts, programs, tools = tmp_path / "scripts", tmp_path / ".venv" / "bin", tmp_path / "bin"
    for folder in (scripts, programs, tools):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "demo", scripts)
    write_down = '#!/bin/bash\necho "${0##*/} $*" >>"$CALLS"\n'
    stand_ins = {
        scripts / "setup": write_down,
        scripts / "make_night": write_down,
        programs / "voiceguide": write_down + "exit ${EXIT:-0}\n",
        tools / "pactl": "#!/bin/bash\n[[ -n ${SINK:-} ]] && echo $SINK\n",
        tools / "aplay": '#!/bin/bash\n[[ $* == -l ]] && echo "${CARD:-}" || echo "aplay $*" >>"$CALLS"\n',
        tools / "paplay": write_down,
    }
    for path, text in stand_ins.items():
        path.write_text(text)
        path.chmod(0o755)
    for name in ("bash", "env", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or name)

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(tools), "CALLS": str(calls), **env}
        return subprocess.run([scripts / "demo", *arguments], env=env, capture_output=True, text=True)

    return run


def test_demo_says_where_the_night_is(demo: Setup, calls: Path) -> None:
    result = demo()
    assert (result.returncode, result.stderr) == (0, "")
    assert "demo/night.wav" in result.stdout
    assert calls.read_text().splitlines() == [
        "setup ",
        "make_night demo/night_input.wav",
        "voiceguide run --input demo/night_input.wav --output demo/night.wav --stereo "
        "--timeline demo/night.jsonl --transcript",
    ]


@pytest.mark.parametrize(
    ("env", "player"), [({"SINK": "alsa_output"}, "paplay"), ({"SINK": "auto_null", "CARD": "card 0"}, "aplay -q")]
)
def test_demo_plays_where_there_is_a_speaker(demo: Setup, calls: Path, env: dict[str, str], player: str) -> None:
    assert demo(**env).returncode == 0
    assert calls.read_text().splitlines()[-1] == f"{player} demo/night.wav"


def test_demo_that_is_only_compared_is_not_played(demo: Setup, calls: Path) -> None:
    assert demo("--repeatable", SINK="alsa_output").returncode == 0
    assert calls.read_text().splitlines()[-1].endswith("--transcript --repeatable")


def test_demo_ends_with_the_exit_code_of_the_run(demo: Setup, calls: Path) -> None:
    assert demo(EXIT="5", SINK="alsa_output").returncode == 5
    assert "paplay" not in calls.read_text()


def test_demo_live_is_the_real_thing(demo: Setup, calls: Path) -> None:
    assert demo("--live", "--engine", "sphinx", EXIT="6").returncode == 6
    assert calls.read_text().splitlines() == ["setup ", "voiceguide run --engine sphinx"]


@pytest.mark.parametrize(
    ("machine", "user", "arguments", "code", "line"),
    [
        ("x86_64", "0", ["--dance"], 2, "unknown option '--dance' -> use --root DIR, --suite NAME or --fresh"),
        (
            "aarch64",
            "0",
            [],
            1,
            "this computer is an aarch64 -> run it on an x86_64 one",
        ),
        ("x86_64", "1000", [], 1, "it must mount and change roots -> run it as root"),
        ("x86_64", "0", [], 1, " is missing -> apt-get install debootstrap qemu-user-static"),
    ],
)
def test_the_check_on_arm64_says_what_it_needs(
    tmp_path: Path, machine: str, user: str, arguments: list[str], code: int, line: str
) -> None:
    for name in ("bash", "dirname", "env"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    for name, answer in {"uname": machine, "id": user}.items():
        (tmp_path / name).write_text(f"#!/bin/bash\necho {answer}\n")
        (tmp_path / name).chmod(0o755)
    env = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    result = subprocess.run([ROOT / "scripts" / "check_arm64", *arguments], env=env, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (code, "")
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
