#!/usr/bin/env bash
# Runs a command with TEST_DATABASE_URL set to a temporary PostgreSQL cluster of its own, made from the
# installed package, and takes the cluster away afterwards. With DURABLE=1 it lies on the disk and waits for it,
# as a real one does; otherwise in memory where there is a place, for what is thrown away need not last.
set -euo pipefail

bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)")
room=${TMPDIR:-/tmp}
sync="-c fsync=off -c full_page_writes=off"
if [ -n "${DURABLE:-}" ]; then
    sync=
elif [ -d /dev/shm ] && [ -w /dev/shm ]; then
    room=/dev/shm
fi
folder=$(mktemp -d -p "$room")
# The server refuses to run as root.
owner=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    owner=(runuser -u postgres --)
fi

cleanup() {
    "${owner[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap cleanup EXIT

cd /
"${owner[@]}" "$bin/initdb" -D "$folder/data" -U kirana --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
starts() {
    "${owner[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" start -o \
        "-p $1 -k $folder -c listen_addresses=127.0.0.1 -c max_connections=400 $sync" \
        >/dev/null 2>&1
}
# Below the ports that tests and the system give out; another's is left alone.
for try in 1 2 3 4 5; do
    port=$((10000 + RANDOM % 10000))
    starts "$port" && break
    [ "$try" -lt 5 ] || { cat "$folder/log" >&2; exit 1; }
done
cd - >/dev/null
TEST_DATABASE_URL="postgres://kirana@127.0.0.1:$port/postgres" "$@"
