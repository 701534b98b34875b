# The few verbs. Each is one line of real tools; `.ci/setup.sh` installs what is missing first.
.PHONY: run test dev fmt lint e2e bench build check

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

lint: ## formatting and clippy, both halves
	@.ci/setup.sh build
	@$(IN) cargo fmt --check
	@$(IN) cargo clippy --all-targets -- -D warnings
	@$(IN) .ci/check-browser-half.sh

e2e: build ## the purchase in a real browser, against the release build
	@.ci/setup.sh test
	@$(IN) cd end2end && npx playwright test

fmt:
	@cargo fmt

dev: ## rebuilds and reloads on every change
	@.ci/setup.sh build
	@$(IN) $$KIRANA_RELEASE cargo leptos watch

bench: ## load, side by side with a bare handler (docs/measurements.md)
	@.ci/setup.sh build
	@$(IN) cargo bench --bench load
