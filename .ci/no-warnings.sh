#!/usr/bin/env bash
# Runs a build and fails if any part of the project got a warning, whether it was compiled now or before.
set -euo pipefail
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$@" 2>&1 | tee "$said" >&2
if grep -qE '^(warning|error)' "$said"; then
    echo "warnings count as errors here" >&2
    exit 1
fi
