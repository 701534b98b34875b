#!/usr/bin/env bash
# The tour of docs/api.md as it stands there: its lines run from first to last against a demonstration
# of its own, and each answer is what the text promises.
#
#   KIRANA_BIN   the program [default: target/release/kirana]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

program=${KIRANA_BIN:-target/release/kirana}
folder=$(mktemp -d)
export KIRANA_DATA=$folder/data LEPTOS_SITE_ADDR=127.0.0.1:3420 KIRANA_SIMULATOR_ADDR=127.0.0.1:3421
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
shop=
cleanup() {
    [ -z "$shop" ] || kill "$shop" 2>/dev/null || true
    [ -z "$shop" ] || wait "$shop" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

"$program" serve >"$folder/log" 2>&1 &
shop=$!
for _ in $(seq 300); do
    curl -sf -o /dev/null "http://$LEPTOS_SITE_ADDR/readyz" && break
    kill -0 "$shop" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done

# The reader's variables are ours; nothing else of the text is changed.
SHOP=http://$LEPTOS_SITE_ADDR SIMULATOR=http://localhost:3421 DATA=$KIRANA_DATA WORK=$folder
export SHOP SIMULATOR DATA WORK
tour() { sed -n '/^## A tour/,/^## Who/p' docs/api.md; }
{
    echo 'set -euo pipefail'
    tour | sed -n '/^```sh$/,/^```$/p' | sed '/^```/d'
} >"$folder/tour.sh"
timeout 120 bash "$folder/tour.sh" >"$folder/said" 2>"$folder/errors" || {
    cat "$folder/said" "$folder/errors" >&2
    echo "the tour of docs/api.md stopped" >&2
    exit 1
}

# What the text says of each answer, in the order in which it says so: lines that begin with "# =>".
promised=$(tour | sed -n 's/^# => //p')
python3 - "$folder/said" <<PROMISED
import json, sys
text, answers, at = open(sys.argv[1]).read(), [], 0
while text[at:].strip():
    at += len(text[at:]) - len(text[at:].lstrip())
    answer, at = json.JSONDecoder().raw_decode(text, at)
    answers.append(answer)
promised = [json.loads(line) for line in r'''$promised'''.splitlines()]
assert len(answers) == len(promised), f"{len(answers)} answers, {len(promised)} promises"
for number, (answer, promise) in enumerate(zip(answers, promised), 1):
    holds = all(answer.get(name) == value for name, value in promise.items()) \
        if isinstance(promise, dict) else answer == promise
    assert holds, f"answer {number} of the tour is {answer}, promised was {promise}"
print(f"The tour of docs/api.md holds: {len(answers)} answers.")
PROMISED
