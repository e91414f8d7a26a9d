#!/usr/bin/env bash
# Runs every fuzz target for a while and fails when one of them finds something.
#
#   fuzz/run.sh [TARGET...]    FUZZ_SECONDS=600 to search longer than a minute each
#
# libFuzzer needs compiler flags that stable Rust only takes with RUSTC_BOOTSTRAP. The crate forbids unsafe code, so the
# address sanitizer would look for what cannot be there, at half the speed.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTC_BOOTSTRAP=1
seconds=${FUZZ_SECONDS:-60}
targets=("$@")
[ $# -gt 0 ] || targets=(client_event server_event signal packet names token turn)

cargo fuzz --version >/dev/null 2>&1 || {
  echo "==> Installing cargo-fuzz (once per machine; about 2 minutes)"
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug cargo-fuzz
}

options=(--sanitizer none --target-dir target/fuzz)
echo "==> Building the fuzz targets (about 10 minutes the first time on two cores)"
cargo fuzz build "${options[@]}"

for target in "${targets[@]}"; do
  echo "==> $target, $seconds s"
  corpus=target/fuzz/corpus/$target
  mkdir -p "$corpus" target/fuzz/artifacts/"$target"
  # -timeout: what takes longer than that for one input is a finding as well. What is found is kept in the artifacts;
  # put it into fuzz/seeds, and `cargo test` tries it from then on.
  cargo fuzz run "${options[@]}" "$target" "$corpus" "fuzz/seeds/$target" -- \
    -artifact_prefix="target/fuzz/artifacts/$target/" \
    -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0
done
