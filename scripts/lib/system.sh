# What scripts/setup and scripts/install ask of the system. To be sourced: who does so has `program`, its name, and
# `log`, a file for the output of what fails.
PATH="$PATH:/usr/sbin:/sbin" # ldconfig is there, outside of a user's path

say() { printf '%s: %s\n' "$program" "$1"; }

fail() { # WHAT REMEDY
  printf '%s: %s -> %s\n' "$program" "$1" "$2" >&2
  exit 1
}

supported() { # PYTHON: a 64-bit Python of a version that all our libraries have wheels for?
  "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13) and sys.maxsize > 2**32))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if supported "$candidate"; then
      echo "$candidate"
      return
    fi
  done
}

require_python() { # sets `python`
  python=$(find_python)
  [[ -n $python ]] || fail "no 64-bit Python 3.11, 3.12 or 3.13 here" "install python3 of Debian 12, Ubuntu 24.04 or newer"
}

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

venv_package() { "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'; }

find_missing_libraries() { # adds to `missing` the Debian packages of the libraries that are not there
  local libraries
  libraries=$(ldconfig -p 2>/dev/null || true)
  [[ $libraries == *libportaudio.so.2* ]] || missing+=(libportaudio2)
  [[ $libraries == *libespeak-ng.so.1* ]] || missing+=(libespeak-ng1)
  [[ $libraries == *libatomic.so.1* ]] || missing+=(libatomic1)
}

reaches_pulse() { # can ALSA, and so PortAudio, speak with PulseAudio?
  compgen -G '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so' >/dev/null
}

install_missing() { # a failure sets `why`, and is no end: what is indispensable is checked afterwards
  local root=(env)
  if ! command -v apt-get >/dev/null; then
    why="no apt-get here"
    return
  fi
  if [[ $(id -u) != 0 ]]; then
    root=(sudo -n env)
    if ! sudo -n true 2>/dev/null; then
      why="not root, and sudo asks for a password"
      return
    fi
  fi
  root+=(DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=60)
  # --no-remove: never trade somebody's own sound server for the one of the tests
  if { "${root[@]}" update && "${root[@]}" install -y --no-install-recommends --no-remove "${missing[@]}"; } \
    </dev/null >"$log" 2>&1; then
    say "apt packages: ${missing[*]}"
  else
    why="apt-get: $(grep -m1 '^E:' "$log" || tail -n1 "$log")"
  fi
}
