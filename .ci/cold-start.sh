#!/usr/bin/env bash
# How long the built program takes from its start to its first 200, with the demo database in place.
# Five times, each a new process; prints milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export KIRANA_DATA=$folder/data LEPTOS_SITE_ADDR=127.0.0.1:3400 KIRANA_SIMULATOR_ADDR=127.0.0.1:3401
for try in first 1 2 3 4 5; do
    began=$(date +%s%N)
    target/release/kirana serve >"$folder/log" 2>&1 &
    shop=$!
    until curl -sf -o "$folder/page" "http://$LEPTOS_SITE_ADDR/"; do sleep 0.005; done
    taken=$((($(date +%s%N) - began) / 1000000))
    kill "$shop"
    wait "$shop" || true
    # The first start makes the demo database; the others find it.
    if [ "$try" = first ]; then echo "making the demo database: $taken ms"; else echo "start $try: $taken ms"; fi
done
