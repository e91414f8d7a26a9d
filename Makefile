# What a person types. `make` alone lists it.

# wasm-opt comes from npm, the other tools from cargo.
export PATH := $(CURDIR)/end2end/node_modules/.bin:$(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

SOURCES := $(shell find src style public -type f) build.rs Cargo.toml Cargo.lock rust-toolchain.toml
# When the last release build began; nothing newer means nothing to build. It lies among what was built, because
# `cargo leptos watch` empties that folder.
RELEASE := target/site/.release-built

# The load generator is a crate of its own.
BENCH := --locked --manifest-path bench/Cargo.toml --target-dir target/bench

.PHONY: bench-floods help serve build dist lint-deploy watch test format lint test-host size lighthouse end2end shots bench-signaling bench-join bench-relay fuzz setup setup-test setup-net setup-shots
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

serve: build ## build the release and serve it on http://localhost:3000
	@exec target/release/duplex

build: $(RELEASE) ## build the release
	@true

$(RELEASE): $(SOURCES) | setup
	@echo "==> Building the release (about 6 minutes the first time on two cores, 1 to 2 after a change)"
	@mkdir -p target && touch target/.release-begun
	cargo leptos build --release --precompress --split --features split
	@mv target/.release-begun $@

dist: build ## an archive to unpack and run on another machine of the same kind, in target/dist
	@scripts/dist.sh

watch: setup ## develop: serve on http://localhost:3000, rebuild and reload on every change
	cargo leptos watch

test: setup-test format lint test-host build size end2end ## everything that CI runs
	@echo "==> All tests passed"

format: ## check the formatting (cargo fmt mends it)
	cargo fmt --check
	cargo fmt --check --manifest-path bench/Cargo.toml
	cargo fmt --check --manifest-path fuzz/Cargo.toml

lint: ## clippy for both faces, warnings are errors
	cargo clippy --features ssr --all-targets -- -D warnings
	cargo clippy --features hydrate,split --lib --target wasm32-unknown-unknown -- -D warnings
	cargo clippy $(BENCH) --all-targets -- -D warnings

lint-deploy: ## the files of deploy/ that no test runs: container file, compose, systemd unit
	@scripts/lint-deploy.sh

test-host: ## the tests that need no browser
	cargo test --features ssr
	cargo test $(BENCH)

bench-floods: ## how much others wait for one who floods, or does not read (some seconds; on an idle machine)
	cargo test --features ssr --test hardening -- --ignored --nocapture --test-threads 1 others_do_not_wait

size: build ## what a first visit transfers, against its budget
	cd end2end && node size.js

lighthouse: build ## what Lighthouse says of the pages on a phone, at least 95 each, the middle one of five runs (2 minutes; on an idle machine)
	cd end2end && node lighthouse.js

end2end: build ## the tests in real browsers, against the release
	cd end2end && tsc && playwright test --project chromium

end2end-net: build setup-net ## the same with faults of the network, and with Firefox (about 15 minutes; as root, on an idle machine)
	cd end2end && tsc && playwright test --project net

shots: build setup-shots ## a screenshot of every state in every look, into end2end/shots (about 20 minutes); SHOTS=images for those of docs/ only
	cd end2end && playwright test --project shots

bench-signaling: build ## the signaling server against Node.js, in numbers; ARGS=--quick for a short look, ARGS=--help for more
	@bench/signaling.sh $(ARGS)

bench-join: build setup-net ## from the click on Join to the first picture, at several round trips (about 3 minutes; on an idle machine, as root)
	cd end2end && playwright test --project join-time

bench-relay: build setup-net ## the relay (TURN) beside coturn (about 6 minutes; on an idle machine); ARGS=--help for more
	@bench/relay.py $(ARGS)

fuzz: ## look for input that makes a parser panic, FUZZ_SECONDS=60 for each; not part of `make test`
	@fuzz/run.sh

setup:
	@scripts/setup.sh build

setup-test:
	@scripts/setup.sh test

setup-net: setup-test
	@scripts/setup.sh net

setup-shots: setup-test
	@scripts/setup.sh shots
