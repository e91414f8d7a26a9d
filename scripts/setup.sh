#!/usr/bin/env bash
# Installs what building and testing need, and nothing that is already there.
#
#   scripts/setup.sh build    what `make serve` needs
#   scripts/setup.sh test     what `make test` needs besides
#   scripts/setup.sh net      what `make end2end-net` and `make bench-join` need besides
#   scripts/setup.sh shots    what `make shots` needs besides
#
# Asked for by the Makefile; safe to call at any time.
set -euo pipefail
cd "$(dirname "$0")/.."

# 0.3.11 needs a newer rustc than the crate does.
cargo_leptos=0.3.10

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

fail() {
  printf '\nSetup stopped: %s\n' "$1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# $1: the program; $2 and on: what to do about it
need() {
  has "$1" || fail "$1 is missing." "${@:2}"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif has sudo && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

# Debian packages, with one retry: a download can be lost half way.
apt_install() {
  has apt-get || return 1
  local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  as_root apt-get update -qq && "${install[@]}" >/dev/null && return
  as_root apt-get -f install -y -qq >/dev/null && "${install[@]}" >/dev/null
}

# $@: program=package. Installs what is missing. Debian starts servers when they are installed and whenever the machine starts;
# the tests want the programs only, and would not have the ports.
apt_install_servers() {
  local each packages=()
  for each in "$@"; do has "${each%=*}" || packages+=("${each#*=}"); done
  [ ${#packages[@]} = 0 ] && return
  say "Installing ${packages[*]} (about 10 seconds)"
  apt_install "${packages[@]}" || return
  for each in "${packages[@]}"; do
    # The service of nginx-light is nginx.
    each=${each%-light}
    if [ -d /run/systemd/system ]; then
      as_root systemctl disable --quiet --now "$each"
    elif as_root service "$each" status >/dev/null 2>&1; then
      as_root service "$each" stop >/dev/null
    fi
  done
}

# The version of a crate in Cargo.lock.
locked() {
  awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock
}

setup_rust() {
  need cc "Install a C compiler:  apt-get install build-essential"
  need cargo "Install Rust:  https://rustup.rs  (or your system's rustup package), then: rustup default stable"
  need rustup "Install rustup (https://rustup.rs): the build needs its wasm32-unknown-unknown target."
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(rustc --version | awk '{ print $2 }')
  [ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -n 1)" = "$wanted" ] ||
    fail "rustc $have is too old; Duplex needs $wanted or newer." "Run:  rustup update stable"
  case $(rustup component list --installed) in
    *clippy*rustfmt*) ;;
    *) say "Installing clippy and rustfmt (some seconds)"; rustup component add clippy rustfmt ;;
  esac
  [[ $(rustup target list --installed) == *wasm32-unknown-unknown* ]] || {
    say "Installing the Rust target wasm32-unknown-unknown (some seconds)"
    rustup target add wasm32-unknown-unknown
  }
}

# cargo-leptos 0.3.10 or a later 0.3.
has_cargo_leptos() {
  local version
  version=$(cargo leptos --version 2>/dev/null | awk '{ print $2 }') || return 1
  case $version in
    0.3.*) [ "${version##*.}" -ge "${cargo_leptos##*.}" ] 2>/dev/null ;;
    *) return 1 ;;
  esac
}

setup_cargo_tools() {
  # Both are built without optimization: they run just as fast here, and are there in half the time.
  has_cargo_leptos || {
    say "Installing cargo-leptos $cargo_leptos (once per machine; about 10 minutes on two cores)"
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked --force cargo-leptos --version "$cargo_leptos"
  }
  # The tool and the crate must be the same version to the last digit.
  local wanted
  wanted=$(locked wasm-bindgen)
  [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $wanted" ] || {
    say "Installing wasm-bindgen-cli $wanted (once per version; about 2 minutes on two cores)"
    # Without --locked: its lock file may name versions that a registry mirror does not have.
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --force wasm-bindgen-cli --version "$wanted"
  }
}

setup_build() {
  setup_rust
  setup_npm
  setup_client
  setup_cargo_tools
}

# wasm-opt and the Socket.IO client for the build (Debian's wasm-opt is too old for what rustc emits), Playwright and
# foreign clients for the tests.
setup_npm() {
  need node "Install Node.js 20 or newer: https://nodejs.org, or your system's packages if they are that new."
  need npm "Install npm:  apt-get install npm"
  local major
  major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
  [ "$major" -ge 20 ] || fail "Node.js $(node --version) is too old." "Install version 20 or newer: https://nodejs.org"
  cmp -s end2end/package-lock.json end2end/node_modules/.duplex-lock || {
    say "Installing the npm packages of end2end (about 10 seconds)"
    npm ci --prefix end2end --no-fund --no-audit --loglevel=error
    cp end2end/package-lock.json end2end/node_modules/.duplex-lock
  }
}

# The official Socket.IO client, which the server hands out as /socket.io/socket.io.js: pages load it from there.
setup_client() {
  local from=end2end/node_modules/socket.io-client/dist/socket.io.min.js to=public/socket.io/socket.io.js
  [ "$to" -nt "$from" ] && return
  mkdir -p "${to%/*}"
  # Its source map is four times as big and stays behind; so does the line that names it.
  sed '/^\/\/# sourceMappingURL=/d' "$from" >"$to.new"
  mv "$to.new" "$to"
}

# python-socketio, one of the clients that the tests speak to the server with.
setup_python() {
  local venv=end2end/.venv
  cmp -s end2end/requirements.txt $venv/.duplex-requirements && $venv/bin/python -c 'import socketio' 2>/dev/null && return
  say "Installing the Python packages of end2end (about 15 seconds)"
  make_venv() { rm -rf $venv && python3 -m venv $venv >/dev/null 2>&1; }
  # Debian has a part of venv in a package of its own.
  make_venv || { apt_install python3 python3-venv && make_venv; } ||
    fail "Python 3.11 or newer with its venv module is missing and cannot be installed from here." \
      "Install it as root:  apt-get install python3-venv"
  $venv/bin/pip install --quiet --disable-pip-version-check --requirement end2end/requirements.txt
  cp end2end/requirements.txt $venv/.duplex-requirements
}

# Servers that the tests start: Redis, which several nodes share, proxies, and an authority that gives certificates.
setup_servers() {
  # Where Debian has them.
  PATH=$PATH:/usr/sbin
  apt_install_servers redis-server=redis-server nginx=nginx-light caddy=caddy haproxy=haproxy || true
  has pebble || apt_install pebble || true
  need redis-server "Install it, version 7 or newer, as root:  apt-get install redis-server"
  need nginx "Install it as root:  apt-get install nginx-light"
  need caddy "Install it as root:  apt-get install caddy"
  need haproxy "Install it as root:  apt-get install haproxy"
  need pebble "Install it as root:  apt-get install pebble"
}

# What looks into recordings: ffmpeg, and ffprobe of the same package.
setup_ffmpeg() {
  has ffmpeg && has ffprobe && return
  say "Installing ffmpeg (about 20 seconds)"
  apt_install ffmpeg || fail "ffmpeg is missing and cannot be installed from here." \
    "Install it as root:  apt-get install ffmpeg"
}

# A Chromium that Playwright can drive; end2end/browser.js looks for it and knows which ones do not do.
setup_chromium() {
  has_chromium() { node end2end/browser.js >/dev/null 2>&1; }
  if [ -n "${CHROMIUM:-}" ]; then need "$CHROMIUM" "CHROMIUM must name a Chromium or Chrome."; fi
  has_chromium && return
  say "Installing Chromium (about 1 minute)"
  # Debian has it as a package, Ubuntu only as a snap; Playwright brings its own where it can download it.
  if grep -q '^ID=debian' /etc/os-release 2>/dev/null; then apt_install chromium || true; fi
  has_chromium || (cd end2end && npx playwright install --with-deps chromium) || true
  has_chromium || fail "Chromium is missing and cannot be installed from here." \
    "Install it as root:  apt-get install chromium   (on Ubuntu: the .deb of Google Chrome)" \
    "or name one that is there:  CHROMIUM=/path/to/chrome make test"
}

# The second engine, and what makes networks for the tests. Where they cannot be had those tests are skipped, and say so.
setup_net() {
  PATH=$PATH:/usr/sbin:/sbin
  if [ -z "${FIREFOX:-}" ] && ! has firefox-esr && ! has firefox; then
    say "Installing Firefox (about 1 minute)"
    apt_install firefox-esr || true
  fi
  has ip || { say "Installing iproute2 (some seconds)" && apt_install iproute2; } || true
  apt_install_servers turnserver=coturn || true
}

# Without them screenshots have boxes where Chinese and emoji would be.
setup_fonts() {
  has fc-list && fc-list :lang=zh | grep -q . && fc-list | grep -qi emoji && return
  say "Installing fonts for Chinese and emoji (about 20 seconds)"
  apt_install fontconfig fonts-wqy-microhei fonts-noto-color-emoji || true
}

case ${1:-} in
  build) setup_build ;;
  test) setup_build; setup_python; setup_servers; setup_ffmpeg; setup_chromium ;;
  net) setup_net ;;
  shots) setup_fonts ;;
  *) sed -n '2,10s/^# \{0,1\}//p' scripts/setup.sh; exit 2 ;;
esac
