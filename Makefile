# The few verbs. Each is one line of real tools; `.ci/setup.sh` installs what is missing first.
.PHONY: run test dev fmt lint check e2e build bench figures kill soak planted formatting clippy \
    tools sqlite postgres faults faults-postgres sdk api client browser browser-half lighthouse

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# Without the flags of make: cargo has its own way to share the cores.
IN := unset MAKEFLAGS MFLAGS; source .ci/env.sh;
# Tests are compiled by clippy itself: it is the same compiler, and so all is compiled once, not twice.
# What the compiler would keep to go on from weighs gigabytes, more than all else that is built.
# So do the lines of the shop itself, a fifth of what compiling it takes: a panic tells its own without.
LINTED := $(IN) export RUSTC_WORKSPACE_WRAPPER=clippy-driver CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=false;
# The seeded runs are the shop's own code and little else: optimised a little it runs more than twice as fast. What it is
# built on is that of the release, whose compiler is taken, too. Armed as in a debug build, so no program is made of it.
ARMED := profile.release.package.kirana
SEEDED := $$KIRANA_RELEASE cargo test --release --config $(ARMED).debug-assertions=true --config $(ARMED).opt-level=1 \
    --no-default-features --features ssr --test faults

run: build ## serve the complete demo shop at http://127.0.0.1:3000
	@$(IN) exec target/release/kirana serve

# Two at a time, each of which says what it saw when it ends; Lighthouse has the machine to itself.
test: formatting ## everything CI runs
	@$(MAKE) --no-print-directory -j2 --output-sync=target sqlite build faults postgres browser \
	    faults-postgres api sdk client browser-half
	@$(MAKE) --no-print-directory lighthouse
	@echo "All of it passed: lint, SQLite, PostgreSQL, browser."

build: ## the shop for release, both halves
	@.ci/setup.sh build
	@$(IN) $$KIRANA_RELEASE cargo leptos build --release --precompress

tools:
	@.ci/setup.sh test

check: sqlite postgres faults faults-postgres ## unit and in-process tests, on both databases

sqlite: clippy tools ## unit and in-process tests, on SQLite
	@$(LINTED) cargo test

postgres: tools ## the same on PostgreSQL
	@$(LINTED) .ci/with-postgres.sh cargo test

faults: build tools ## two thousand seeded runs with faults (docs/faults.md), and bugs planted to be found
	@$(IN) $(SEEDED)

faults-postgres: build tools ## two hundred seeded runs on PostgreSQL
	@$(IN) .ci/with-postgres.sh $(SEEDED) whatever_goes_wrong

# SEEDS=100000 runs so many; SEED=12 replays one with its story.
SEEDS ?= 2000
soak: tools ## seeded runs with faults, judged by a checker of their own (docs/faults.md)
	@$(IN) export KIRANA_SEEDS=$(SEEDS) $(if $(SEED),KIRANA_SEED=$(SEED)); \
	    $(SEEDED) -- --nocapture whatever_goes_wrong

planted: tools ## plants each bug of tests/faults/planted.rs and wants it found
	@$(IN) $(SEEDED) -- --nocapture every_planted_bug

lint: formatting clippy browser-half ## formatting, clippy, and what the browser half holds

formatting:
	@$(IN) cargo fmt --check

# Needs none of the other tools, so it begins while they are installed. Without a prerequisite, else
# make would give its turn to another that waits for them.
clippy:
	@.ci/setup.sh compile
	@$(LINTED) .ci/no-warnings.sh cargo build --all-targets
	@$(LINTED) .ci/no-warnings.sh cargo build --test faults

browser-half: build
	@$(IN) .ci/check-browser-half.sh

e2e: browser sdk api client lighthouse ## the purchase in a real browser and the doors for programs

browser: build tools ## the purchase in a real browser, against the release build
	@$(IN) cd end2end && npx playwright test --project script --project noscript

lighthouse: build tools ## Lighthouse's scores and the bytes on the wire
	@$(IN) cd end2end && npx playwright test --project figures --no-deps

sdk: build tools ## Razorpay's own SDKs for Node and Python against the simulator
	@.ci/sdk.sh

client: tools ## the front ends' client against its source, the API's description and its guide
	@$(IN) cd end2end && node --test client/types.mjs

api: build tools ## the JSON API against its own description, on SQLite and on PostgreSQL, and its tour
	@.ci/api-tour.sh
	@.ci/fuzz-api.sh
	@.ci/with-postgres.sh .ci/fuzz-api.sh

fmt:
	@cargo fmt

dev: ## builds anew on every change; load the page again to see it
	@.ci/setup.sh build
	@$(IN) LEPTOS_HASH_FILES=false $$KIRANA_RELEASE cargo leptos watch

bench: tools ## load, side by side with a bare handler, on both databases (docs/measurements.md)
	@$(IN) cargo bench --bench load
	@$(IN) .ci/with-postgres.sh cargo bench --bench load

figures: ## what is claimed about money, measured in one run (docs/measurements.md)
	@.ci/setup.sh build
	@$(IN) cargo bench --bench money

KILLS := 1000
kill: tools ## kill -9 under load, so many times on SQLite and on PostgreSQL; make kill KILLS=100
	@$(LINTED) KIRANA_KILLS=$(KILLS) cargo test --test kill -- --nocapture
	@$(LINTED) TEST_DATABASE_URL=postgres KIRANA_KILLS=$(KILLS) cargo test --test kill -- --nocapture
