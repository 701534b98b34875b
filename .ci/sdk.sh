#!/usr/bin/env bash
# The official Razorpay SDKs of Node and Python against the simulator, changed in nothing but the
# base address. Serves the built program's simulator on a free port and ends it afterwards.
#
#   KIRANA_BIN   the program [default: target/release/kirana]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

program=${KIRANA_BIN:-target/release/kirana}
export RAZORPAY_KEY_ID=rzp_test_KiranaSdk00001
export RAZORPAY_KEY_SECRET=secret-of-the-sdk-suite
export RAZORPAY_WEBHOOK_SECRET=webhook-secret-of-the-sdk-suite
# Both SDKs would take this machine for the internet.
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

folder=$(mktemp -d)
simulator=
cleanup() {
    [ -z "$simulator" ] || kill "$simulator" 2>/dev/null || true
    [ -z "$simulator" ] || wait "$simulator" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

"$program" simulate --listen 127.0.0.1:0 --webhook-url http://127.0.0.1:9/hook \
    --store "$folder/books.db" >"$folder/said" 2>"$folder/log" &
simulator=$!
for _ in $(seq 100); do
    port=$(sed -n 's|.*http://localhost:\([0-9]*\).*|\1|p' "$folder/said")
    [ -z "$port" ] || break
    kill -0 "$simulator" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
[ -n "$port" ] || { echo "the simulator did not start in ten seconds" >&2; exit 1; }
export SIMULATOR_URL=http://127.0.0.1:$port

(cd end2end && node --test sdk/razorpay.mjs)
"$KIRANA_TOOLS/py/bin/python" end2end/sdk/razorpay_sdk.py
