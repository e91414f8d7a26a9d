#!/usr/bin/env bash
# Builds the load generator, installs the reference server, and measures: `make bench-signaling` has built Duplex before.
#
#   bench/signaling.sh [OPTION...]    --help lists the options
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --release --locked --manifest-path bench/Cargo.toml --target-dir target/bench

reference=bench/reference
cmp -s $reference/package-lock.json $reference/node_modules/.duplex-lock || {
  npm ci --prefix $reference --no-fund --no-audit --loglevel=error
  cp $reference/package-lock.json $reference/node_modules/.duplex-lock
}

exec target/bench/release/duplex-bench "$@"
