#!/usr/bin/env bash
# The browser half: clippy where its compiler has the wasm target, else the compiler's own warnings;
# and a look that no server crate reaches it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

half=(--lib --no-default-features --features hydrate --target wasm32-unknown-unknown)
if [ -z "$KIRANA_RELEASE" ]; then
    cargo clippy "${half[@]}" -- -D warnings
else
    $KIRANA_RELEASE RUSTFLAGS=-Dwarnings CARGO_TARGET_DIR=target/browser-check cargo check "${half[@]}"
fi
tree=$(cargo tree --no-default-features --features hydrate --target wasm32-unknown-unknown -e normal --prefix none)
if grep -E '^(axum|sqlx|tokio|reqwest|argon2|lettre|governor|tower-http) ' <<<"$tree"; then
    echo "a server crate reached the browser half" >&2
    exit 1
fi
