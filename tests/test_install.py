"""scripts/install below a folder of its own, with stand-ins for what needs root, the network or a running systemd.

The real thing, in a real system: scripts/check_service.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from voiceguide.run.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
TOOLS = ["awk", "bash", "cat", "chmod", "cp", "cut", "dirname", "env", "find", "grep", "ln", "mkdir", "mktemp", "mv"]
TOOLS += ["readlink", "rm", "sed", "sh", "sha256sum", "sort", "tail", "tar", "touch", "tr", "xargs"]

WRITE_DOWN = '#!/bin/bash\necho "${0##*/} $*" >>"$CALLS"\n'
PYTHON = """#!/bin/bash
case "$*" in
  *print*) echo python3.11-venv ;;
  -c*) exit 0 ;;
  --version) echo Python 3.11.2 ;;
  "-m venv"*) echo venv >>"$CALLS"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip install"*)
    echo pip >>"$CALLS"
    [[ -z ${NO_NETWORK:-} ]] || { echo "no route to host"; exit 1; }
    cp "${CALLS%/*}/bin/program" "${0%/*}/voiceguide" ;;
esac
"""
PROGRAM = """#!/bin/bash
echo "voiceguide $* (settings in $XDG_CONFIG_HOME)" >>"$CALLS"
[[ $1 != models || ${MODELS:-} ]]
"""
STAND_INS = {
    "python3": PYTHON,
    "program": PROGRAM,
    "ldconfig": '#!/bin/bash\n[[ ${BARE:-} ]] || echo "libportaudio.so.2 libespeak-ng.so.1 libatomic.so.1"\n',
    "apt-get": '#!/bin/bash\necho "apt-get ${*: -1}" >>"$CALLS"\necho "E: no route to host"\nexit 100\n',
    "dpkg": "#!/bin/bash\necho ${ARCHITECTURE:-arm64}\n",
    "df": (
        "#!/bin/bash\necho head\n[[ ! ${VAR:-} || ${*: -1} != */var* ]] || { echo /dev/sda1 9 9 $VAR 9 /var; exit; }\n"
        "echo /dev/root 9 9 ${FREE:-9000} 9 /\n"
    ),
    "getent": (
        "#!/bin/bash\n[[ $2 == systemd-journal || $2 == pulse-access && ${PULSE:-} || $2 == gpio && ${GPIO:-} ]]\n"
    ),
    "id": (
        '#!/bin/bash\n[[ $1 != -u ]] || { echo "${USER_ID:-0}"; exit; }\n[[ -e ${CALLS%/*}/user ]] || exit 1\n'
        "[[ $1 != -Gn ]] || echo voiceguide audio\n"
    ),
    "useradd": WRITE_DOWN + 'touch "${CALLS%/*}/user"\n',
    "usermod": WRITE_DOWN,
    "userdel": WRITE_DOWN + 'rm "${CALLS%/*}/user"\n',
    "journalctl": "#!/bin/bash\necho last words\n",
    "setpriv": WRITE_DOWN + 'while [[ $1 == --* ]]; do shift; done\nexec "$@"\n',
    "install": (
        "#!/bin/bash\nkept=()\n"
        'while (($#)); do case $1 in -o | -g) shift 2 ;; *) kept+=("$1"); shift ;; esac; done\n'
        f'exec {shutil.which("install")} "${{kept[@]}}"\n'
    ),
    "systemctl": (
        WRITE_DOWN + 'case "$*" in --version) echo "systemd ${SYSTEMD:-252} (252.1)" ;;\n'
        '  show*) echo "${STATUS:-Listening.}" ;;\n'
        "  *is-active*) [[ ${ACTIVE:-} ]] ;; restart*) [[ ! ${BROKEN:-} ]] ;; esac\n"
    ),
}


class Computer:
    """A checkout, and the system below `root`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.checkout = folder, folder / "root", folder / "checkout"
        self.calls, tools = folder / "calls", folder / "bin"
        tools.mkdir()
        for name in TOOLS:
            (tools / name).symlink_to(shutil.which(name) or name)
        for name, text in STAND_INS.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        for part in ("scripts/lib", "packaging"):
            shutil.copytree(ROOT / part, self.checkout / part)
        shutil.copy(ROOT / "scripts" / "install", self.checkout / "scripts")
        for name in ("pyproject.toml", "README.md", "voiceguide/a.py", "content/a.yaml", "models/huge/final.mdl"):
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (self.checkout / name).touch()
        (self.root / "run" / "systemd" / "system").mkdir(parents=True)
        self.opt = self.root / "opt" / "voiceguide"
        self.settings = self.root / "etc" / "voiceguide" / "settings.yaml"
        self.unit = self.root / "etc" / "systemd" / "system" / "voiceguide.service"
        self.data = self.root / "var" / "lib" / "voiceguide"

    def install(self, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        return subprocess.run(
            [self.checkout / "scripts" / "install", *options],
            env={
                "PATH": str(self.folder / "bin"),
                "CALLS": str(self.calls),
                "DESTDIR": str(self.root),
                "TMPDIR": str(self.folder),
                **env,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def called(self, program: str) -> list[str]:
        return [line for line in self.calls.read_text().splitlines() if line.startswith(program)]

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*"))

    @property
    def current(self) -> Path:
        return (self.opt / "current").resolve()


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def done(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_a_dry_run_tells_each_step_and_does_nothing(computer: Computer) -> None:
    before = computer.files()
    told = done(computer.install("--dry-run", USER_ID="1000", BARE="1"))
    assert computer.files() == before
    assert {line.split()[0] for line in computer.calls.read_text().splitlines()} <= {"systemctl"}
    assert {line for line in computer.called("systemctl") if "restart" in line or "enable" in line} == set()
    steps = re.findall(r"^install: \d+\. ([\w ]+)", told, re.MULTILINE)
    assert [step.partition(" voice")[0] for step in steps] == [
        "apt packages",
        "user",
        "folders",
        "settings",
        "program",
        "prompts",
        "service",
    ]
    for command in ("apt-get install", "useradd --system", "-m venv", "prepare", "systemctl restart voiceguide"):
        assert command in told


def test_a_dry_run_of_an_upgrade_and_a_removal_do_nothing_either(computer: Computer) -> None:
    done(computer.install())
    (computer.checkout / "voiceguide" / "a.py").write_text("newer")
    before = computer.files()
    assert "pip" not in done(computer.install("--dry-run", "--model", "vosk-small", ACTIVE="1"))
    assert "useradd" not in computer.calls.read_text()
    assert "userdel voiceguide" in done(computer.install("--uninstall", "--purge", "--dry-run"))
    assert computer.files() == before


def test_it_installs_a_service(computer: Computer) -> None:
    told = done(computer.install("--offline"))
    assert told.endswith('install: it listens. Say "calf cramp".\n')
    assert computer.called("useradd") == [
        "useradd --system --user-group --groups audio --home-dir /var/lib/voiceguide --no-create-home "
        "--shell /usr/sbin/nologin voiceguide"
    ]
    assert computer.called("voiceguide prepare") == ["voiceguide prepare (settings in /etc)"]
    assert [call for call in computer.called("systemctl") if "is-active" not in call and "version" not in call] == [
        "systemctl daemon-reload",
        "systemctl enable voiceguide",
        "systemctl restart voiceguide",
        "systemctl show voiceguide --property=StatusText --value",
    ]
    assert (computer.current / "venv" / "bin" / "voiceguide").is_file()
    assert (computer.root / "usr" / "local" / "bin" / "voiceguide").stat().st_mode & 0o777 == 0o755
    assert computer.unit.read_text() == (ROOT / "packaging" / "voiceguide.service").read_text()
    assert load_settings(computer.settings) == Settings()
    assert list(computer.folder.glob("tmp.*")) == []


def test_what_it_waits_for_is_told_at_the_end(computer: Computer) -> None:
    told = done(computer.install(STATUS="Deaf: no default microphone; it is tried again"))
    assert told.splitlines()[-1] == (
        "install: it runs. Deaf: no default microphone; it is tried again"
        " -> plug it in, or choose another: sudo voiceguide devices"
    )


def test_the_same_again_builds_nothing(computer: Computer) -> None:
    done(computer.install())
    assert "is there" in done(computer.install())
    assert computer.called("venv") + computer.called("pip") + computer.called("useradd") == []
    assert len(computer.called("usermod")) == 1


def test_an_upgrade_keeps_settings_and_data_and_removes_the_version_before(computer: Computer) -> None:
    done(computer.install())
    before = computer.current
    computer.settings.write_text("headphones: true\n")
    (computer.data / "journal").write_text("a night")
    (computer.checkout / "voiceguide" / "a.py").write_text("newer")
    done(computer.install(ACTIVE="1"))
    assert computer.current != before
    assert not before.exists()
    assert computer.settings.read_text() == "headphones: true\n"
    assert (computer.data / "journal").read_text() == "a night"


def test_another_model_in_the_checkout_is_no_other_version(computer: Computer) -> None:
    done(computer.install())
    (computer.checkout / "models" / "huge" / "final.mdl").write_text("bytes")
    assert "is there" in done(computer.install())


@pytest.mark.parametrize("trouble", ["NO_NETWORK", "BROKEN"])
def test_an_upgrade_that_fails_leaves_the_version_before_in_place(computer: Computer, trouble: str) -> None:
    done(computer.install())
    before = computer.current
    (computer.checkout / "voiceguide" / "a.py").write_text("newer")
    (computer.checkout / "packaging" / "voiceguide.service").write_text("newer")
    result = computer.install(ACTIVE="1", **{trouble: "1"})
    assert result.returncode == 1
    assert computer.current == before
    assert computer.unit.read_text() != "newer"
    reasons = {
        "NO_NETWORK": "no route to host\ninstall: this failed: build_package",
        "BROKEN": "last words\ninstall: the new version does not start (its last lines are above) -> the one before",
    }
    assert result.stderr.startswith(reasons[trouble])
    done(computer.install(ACTIVE="1"))
    assert computer.current != before


def test_a_first_start_that_fails_stays_and_is_told(computer: Computer) -> None:
    result = computer.install(BROKEN="1")
    assert result.returncode == 0
    assert result.stderr == "last words\n"
    assert "does not listen yet" in result.stdout
    assert computer.current.is_dir()


def test_where_systemd_can_it_backs_off(computer: Computer) -> None:
    done(computer.install())
    backoff = computer.unit.with_name("voiceguide.service.d") / "backoff.conf"
    assert not backoff.exists()
    done(computer.install(SYSTEMD="257"))
    assert "RestartSteps" in backoff.read_text()
    done(computer.install("--uninstall"))
    assert not backoff.exists()


def test_where_there_is_a_header_the_service_may_use_it(computer: Computer) -> None:
    done(computer.install())
    panel = computer.unit.with_name("voiceguide.service.d") / "panel.conf"
    assert not panel.exists()
    done(computer.install(GPIO="1"))
    assert "SupplementaryGroups=gpio" in panel.read_text()
    done(computer.install("--uninstall"))
    assert not panel.exists()


def test_the_command_has_the_groups_of_the_log_and_of_the_pins(computer: Computer) -> None:
    done(computer.install())
    rights = "setpriv --reuid=voiceguide --regid=voiceguide --groups=voiceguide,audio,systemd-journal"
    assert [call.partition(" env ")[0] for call in computer.called("setpriv")][:1] == [rights]
    done(computer.install(GPIO="1"))
    assert [call.partition(" env ")[0] for call in computer.called("setpriv")][:1] == [f"{rights},gpio"]


def test_without_a_running_systemd_it_starts_with_the_computer(computer: Computer) -> None:
    (computer.root / "run" / "systemd" / "system").rmdir()
    assert "it starts with the computer" in done(computer.install())
    assert [call for call in computer.called("systemctl") if "restart" in call or "reload" in call] == []
    done(computer.install("--uninstall"))
    assert "systemctl disable voiceguide" in computer.called("systemctl")


def test_without_systemd_there_is_no_service(computer: Computer) -> None:
    (computer.folder / "bin" / "systemctl").unlink()
    assert "no systemd here" in done(computer.install())
    assert not computer.unit.exists()


def test_a_sound_server_for_the_whole_system_may_be_used(computer: Computer) -> None:
    done(computer.install(PULSE="1"))
    assert "--groups audio,pulse-access" in computer.called("useradd")[0]


@pytest.mark.parametrize(
    ("options", "fetched"), [(("--model", "vosk-fr"), True), (("--yes",), False), (("--offline",), False), ((), False)]
)
def test_a_model_is_fetched_where_it_is_wanted(computer: Computer, options: tuple[str, ...], fetched: bool) -> None:
    done(computer.install(*options, MODELS="1"))
    assert (
        computer.called("voiceguide models fetch") == ["voiceguide models fetch vosk-fr (settings in /etc)"] * fetched
    )
    assert computer.called("voiceguide models use") == ["voiceguide models use vosk-fr (settings in /etc)"] * fetched
    assert bool(computer.called("voiceguide models list")) == ("--offline" not in options)


def test_a_removal_keeps_settings_and_data(computer: Computer) -> None:
    done(computer.install())
    (computer.data / "journal").write_text("a night")
    told = done(computer.install("--uninstall"))
    assert "kept: " in told
    assert "systemctl disable --now voiceguide" in computer.called("systemctl")
    left = [computer.settings, computer.data / "journal", computer.folder / "user"]
    gone = [
        computer.opt,
        computer.unit,
        computer.root / "usr/local/bin/voiceguide",
        computer.root / "var/cache/voiceguide",
    ]
    assert [path.exists() for path in left + gone] == [True] * 3 + [False] * 4


def test_a_purge_removes_all_but_only_if_it_is_meant(computer: Computer) -> None:
    done(computer.install())
    asked = computer.install("--uninstall", "--purge")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert computer.settings.exists()
    done(computer.install("--uninstall", "--purge", "--yes"))
    assert [path for path in computer.files() if "voiceguide" in path] == []
    assert not (computer.folder / "user").exists()


@pytest.mark.parametrize(
    ("options", "env", "line"),
    [
        (
            [],
            {"ARCHITECTURE": "armhf"},
            "this system is 32-bit (armhf), and PocketSphinx, numpy and PyYAML have no packages for it -> "
            "install the 64-bit Raspberry Pi OS, also on a Raspberry Pi 3, 4 or Zero 2",
        ),
        ([], {"ARCHITECTURE": "riscv64"}, "no packages for riscv64 -> use a computer with arm64 or amd64"),
        ([], {"USER_ID": "1000"}, "only root may install a service -> sudo scripts/install"),
        (["--uninstall"], {"USER_ID": "1000"}, "only root may remove a service -> sudo scripts/install --uninstall"),
        (
            [],
            {"FREE": "1799"},
            "only 1799 MB are free at /, and 1800 MB are needed -> free some, or use a larger card",
        ),
        (
            [],
            {"FREE": "999", "VAR": "800"},
            "only 999 MB are free at /, and 1000 MB are needed -> free some, or use a larger card",
        ),
        (
            [],
            {"VAR": "80"},
            "only 80 MB are free at /var, and 800 MB are needed for the prompts -> "
            "free some, or use a larger card",
        ),
        ([], {"BARE": "1"}, "not there: libportaudio2 libespeak-ng1 libatomic1 (apt-get: E: no route to host) -> "
                            "sudo apt-get install libportaudio2 libespeak-ng1 libatomic1"),
        (["--porge"], {}, "unknown option '--porge' -> see scripts/install --help"),
        (["--purge"], {}, "--purge goes with --uninstall -> add it, or leave out --purge"),
        (["--model"], {}, "--model needs a name -> see voiceguide models list"),
        (["--model", "x", "--offline"], {}, "--model and --offline exclude each other -> leave out one of them"),
    ],
    ids=str,
)  # fmt: skip
def test_it_ends_with_one_clear_line(computer: Computer, options: list[str], env: dict[str, str], line: str) -> None:
    result = computer.install(*options, **env)
    assert (result.returncode, result.stderr) == (1, f"install: {line}\n")
    assert not computer.unit.exists()


def test_other_systems_are_told_what_they_can_do(computer: Computer) -> None:
    (computer.folder / "bin" / "apt-get").unlink()
    assert "on other systems: pipx install ." in computer.install().stderr


def test_help_tells_all_options(computer: Computer) -> None:
    told = done(computer.install("--help"))
    for option in re.findall(r"^ {6}(--\w[\w-]*)\)", (ROOT / "scripts" / "install").read_text(), re.MULTILINE):
        assert option == "--help" or option in told


def test_the_unit_hides_the_network_and_all_devices_but_sound() -> None:
    unit = (ROOT / "packaging" / "voiceguide.service").read_text()
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert settings["RestrictAddressFamilies"] == "AF_UNIX"
    assert settings["DeviceAllow"] == "char-alsa rw"
    assert settings["Wants"] == "modprobe@snd.service"  # else char-alsa means nothing until there is a card
    assert (settings["DevicePolicy"], settings["ProtectSystem"], settings["NoNewPrivileges"]) == (
        "closed",
        "strict",
        "yes",
    )
    assert (settings["Type"], settings["Restart"]) == ("notify", "always")
    assert "RestartPreventExitStatus" not in settings  # it never gives up
    assert "RestartSteps" not in settings  # unknown to systemd 252, which would warn of it


def test_the_container_is_made_of_what_there_is_and_is_not_root() -> None:
    recipe = (ROOT / "Dockerfile").read_text()
    copied = [path for line in re.findall(r"^COPY (.+) \S+$", recipe, re.MULTILINE) for path in line.split()]
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    ignored = (ROOT / ".dockerignore").read_text()
    assert all(re.search(rf"^!{path}(/.*)?$", ignored, re.MULTILINE) for path in copied)
    libraries = re.findall(r"missing\+=\((lib\w+)\)", (ROOT / "scripts" / "lib" / "system.sh").read_text())
    assert libraries
    assert all(library in recipe for library in libraries)
    assert re.search(r"^USER voiceguide$", recipe, re.MULTILINE)
