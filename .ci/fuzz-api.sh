#!/usr/bin/env bash
# Schemathesis against the served API: what its description allows and what it does not, as a shopper
# who is signed in, and as a guest where guests have something. No 5xx, and no answer that the
# description does not know. On SQLite, or on the server that TEST_DATABASE_URL names
# (.ci/with-postgres.sh).
#
#   KIRANA_BIN        the program [default: target/release/kirana]
#   KIRANA_EXAMPLES   tries for each address [default: 50]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

program=${KIRANA_BIN:-target/release/kirana}
folder=$(mktemp -d)
export KIRANA_DATA=$folder/data LEPTOS_SITE_ADDR=127.0.0.1:3410 KIRANA_SIMULATOR_ADDR=127.0.0.1:3411
export KIRANA_TRUSTED_PROXIES=127.0.0.1
[ -z "${TEST_DATABASE_URL:-}" ] || export DATABASE_URL=$TEST_DATABASE_URL
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
shop=
cleanup() {
    [ -z "$shop" ] || kill "$shop" 2>/dev/null || true
    [ -z "$shop" ] || wait "$shop" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

"$program" serve >"$folder/said" 2>"$folder/log" &
shop=$!
for _ in $(seq 300); do
    curl -sf -o /dev/null "http://$LEPTOS_SITE_ADDR/readyz" && break
    kill -0 "$shop" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
curl -sf -o /dev/null "http://$LEPTOS_SITE_ADDR/readyz" || { cat "$folder/log" >&2; exit 1; }

api=http://$LEPTOS_SITE_ADDR/api
password="green tea, no sugar"
echo "$password" | "$program" create-admin --email fuzz@example.in --password-stdin >/dev/null
access=$(curl -sf "$api/auth/login" -H 'Content-Type: application/json' \
    -d "{\"email\": \"fuzz@example.in\", \"password\": \"$password\"}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access"])')

fuzz() {
    "$KIRANA_TOOLS/fuzz/bin/schemathesis" --config-file end2end/api/schemathesis.toml run "$api/openapi.json" \
        --max-examples "${KIRANA_EXAMPLES:-50}" --generation-deterministic --no-color "$@"
}

product=$(curl -sf "$api/products" | python3 -c 'import json, sys; print(json.load(sys.stdin)["items"][0]["id"])')
cart=$(curl -sf "$api/cart/add" -H 'Content-Type: application/json' -d "{\"product_id\": \"$product\"}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["cart_token"])')
fuzz --header "Cart-Token: $cart" --include-path-regex '^/(cart|checkout|payments|orders/)'

# The token is good for ten minutes; a run that outlasted it would have asked as nobody.
fuzz --header "Authorization: Bearer $access"
curl -sf -o /dev/null "$api/profile" -H "Authorization: Bearer $access" ||
    { echo "the token did not last until the end" >&2; exit 1; }
if grep -E 'panicked|reference=' "$folder/log" >&2; then
    echo "the shop's own log tells of something broken" >&2
    exit 1
fi
