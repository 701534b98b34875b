# The few verbs. Each is one line of real tools; `.ci/setup.sh` installs what is missing first.
.PHONY: run test dev fmt lint e2e sdk api bench figures kill soak planted build check

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
IN := source .ci/env.sh;

run: build ## serve the complete demo shop at http://127.0.0.1:3000
	@$(IN) exec target/release/kirana serve

test: lint check e2e ## everything CI runs
	@echo "All of it passed: lint, SQLite, PostgreSQL, browser."

build: ## the shop for release, both halves
	@.ci/setup.sh build
	@$(IN) $$KIRANA_RELEASE cargo leptos build --release --precompress

check: ## unit and in-process tests, on SQLite and on PostgreSQL
	@.ci/setup.sh test
	@$(IN) cargo test
	@$(IN) .ci/with-postgres.sh cargo test
	@$(IN) cargo test --features faults --test faults
	@$(IN) .ci/with-postgres.sh cargo test --features faults --test faults whatever_goes_wrong

# SEEDS=100000 runs so many; SEED=12 replays one with its story.
SEEDS ?= 2000
soak: ## seeded runs with faults, judged by a checker of their own (docs/faults.md)
	@.ci/setup.sh test
	@$(IN) KIRANA_SEEDS=$(SEEDS) $(if $(SEED),KIRANA_SEED=$(SEED)) \
	    cargo test --features faults --test faults -- --nocapture whatever_goes_wrong

planted: ## plants each bug of tests/faults/planted.rs and wants it found
	@.ci/setup.sh test
	@$(IN) cargo test --features faults --test faults -- --nocapture every_planted_bug

lint: ## formatting and clippy, both halves
	@.ci/setup.sh build
	@$(IN) cargo fmt --check
	@$(IN) cargo clippy --all-targets -- -D warnings
	@$(IN) .ci/check-browser-half.sh

e2e: build sdk api ## the purchase in a real browser, against the release build
	@.ci/setup.sh test
	@$(IN) cd end2end && npx playwright test

sdk: build ## Razorpay's own SDKs for Node and Python against the simulator
	@.ci/setup.sh test
	@.ci/sdk.sh

api: build ## the JSON API against its own description, on SQLite and on PostgreSQL
	@.ci/setup.sh test
	@.ci/fuzz-api.sh
	@.ci/with-postgres.sh .ci/fuzz-api.sh

fmt:
	@cargo fmt

dev: ## builds anew on every change; load the page again to see it
	@.ci/setup.sh build
	@$(IN) LEPTOS_HASH_FILES=false $$KIRANA_RELEASE cargo leptos watch

bench: ## load, side by side with a bare handler (docs/measurements.md)
	@.ci/setup.sh build
	@$(IN) cargo bench --bench load

figures: ## what is claimed about money, measured in one run (docs/measurements.md)
	@.ci/setup.sh build
	@$(IN) cargo bench --bench money

KILLS := 1000
kill: ## kill -9 under load, so many times on SQLite and on PostgreSQL; make kill KILLS=100
	@.ci/setup.sh test
	@$(IN) KIRANA_KILLS=$(KILLS) cargo test --test kill -- --nocapture
	@$(IN) TEST_DATABASE_URL=postgres KIRANA_KILLS=$(KILLS) cargo test --test kill -- --nocapture
