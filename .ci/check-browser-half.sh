#!/usr/bin/env bash
# The browser half: no warning of the compiler, as the release build left them, and a look that no
# server crate reaches it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

half=(--no-default-features --features hydrate --target wasm32-unknown-unknown)
# shellcheck disable=SC2086
.ci/no-warnings.sh $KIRANA_RELEASE cargo build --package kirana --lib --target-dir target/front \
    --profile wasm-release "${half[@]}"
tree=$(cargo tree "${half[@]}" -e normal --prefix none)
if grep -E '^(axum|sqlx|tokio|reqwest|argon2|lettre|governor|tower-http) ' <<<"$tree"; then
    echo "a server crate reached the browser half" >&2
    exit 1
fi
