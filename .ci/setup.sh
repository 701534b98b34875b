#!/usr/bin/env bash
# Installs what building and testing Kirana needs and what is missing, and skips what is there.
#
#   .ci/setup.sh compile what links programs, for tests without a browser
#   .ci/setup.sh build   the wasm target, wasm-bindgen, wasm-opt, cargo-leptos
#   .ci/setup.sh test    the above, Chromium, PostgreSQL, the browser tests' packages and the SDKs'
#
# Reaches package registries only (crates, npm, PyPI, Debian). Tools go into one folder of the user's
# cache; `.ci/env.sh` puts it on PATH. Running it twice does nothing the second time.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/env.sh
source .ci/env.sh

WASM_BINDGEN=0.2.130
CARGO_LEPTOS=0.3.11
BINARYEN=132.0.0

say() { printf '\033[1m[set-up]\033[0m %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        say "needs root for: $*"; exit 1
    fi
}

apt_updated=
apt_install() {
    command -v apt-get >/dev/null || { say "please install by hand: $*"; exit 1; }
    # Lanes of `make test` may come here at once, and apt-get waits for nobody.
    exec 8>"$KIRANA_TOOLS/.apt"
    flock 8
    [ -n "$apt_updated" ] || { as_root apt-get update -qq; apt_updated=yes; }
    say "apt-get install $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 8>&-
    exec 8>&-
}

# Does the compiler that builds the browser half know wasm32?
has_wasm() {
    local sysroot
    sysroot=$("$@" --print sysroot 2>/dev/null) || return 1
    compgen -G "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null
}

# Where rustup's servers cannot be reached, Debian's security archive has a newer compiler with its
# library source: build the wasm32 standard library once into that compiler's own folder.
wasm_from_debian() {
    [ -x /usr/lib/llvm-22/bin/wasm-ld ] && [ -d /usr/src/rustc-web-"$(/usr/bin/rustc --version 2>/dev/null | cut -d' ' -f2)" ] ||
        apt_install rustc-web cargo-web rust-web-src lld-22
    if ! has_wasm /usr/bin/rustc; then
        say "building the wasm32 standard library (40 s)"
        local work sysroot
        work=$(mktemp -d)
        mkdir "$work/src"
        printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n' >"$work/Cargo.toml"
        echo '#![no_std]' >"$work/src/lib.rs"
        # Without embed-bitcode, link-time optimisation of the browser half fails.
        (cd "$work" && env -u RUSTUP_TOOLCHAIN RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
            RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR="$work/target" /usr/bin/cargo build -q --release \
            --target wasm32-unknown-unknown -Z build-std=std,panic_abort)
        sysroot=$(/usr/bin/rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib
        as_root mkdir -p "$sysroot"
        find "$work/target/wasm32-unknown-unknown/release/deps" \( -name '*.rlib' -o -name '*.rmeta' \) \
            ! -name 'libempty*' -print0 | as_root xargs -0 cp -t "$sysroot"
        rm -rf "$work"
    fi
    rustup toolchain list | grep -q '^debian' || rustup toolchain link debian /usr
}

wasm_target() {
    has_wasm rustc && return
    has_wasm /usr/bin/rustc && rustup toolchain list | grep -q '^debian' && return
    say "rustup target add wasm32-unknown-unknown"
    if ! timeout 60 rustup target add wasm32-unknown-unknown >/dev/null 2>&1 || ! has_wasm rustc; then
        say "rustup's servers do not answer: taking Debian's compiler for the release build"
        wasm_from_debian
    fi
}

cargo_tool() { # name, version, further arguments of cargo install
    local name=$1 version=$2
    shift 2
    "$name" --version 2>/dev/null | grep -qF "$version" && return
    say "cargo install $name $version (some minutes)"
    # These are tools, not what is measured: a fast build matters more than a fast tool. In a home of
    # its own, because `cargo install` keeps every other cargo of the same home waiting.
    local settings=("${CARGO_HOME:-$HOME/.cargo}"/config.toml)
    [ -f "${settings[0]}" ] && settings=(--config "${settings[0]}") || settings=()
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
        CARGO_TARGET_DIR="$KIRANA_TOOLS/build" CARGO_HOME="$KIRANA_TOOLS/home" \
        cargo "${settings[@]}" install -q --root "$KIRANA_TOOLS" --version "=$version" "$@" "${CRATE:-$name}"
}

compiler() {
    command -v cargo >/dev/null || { say "Rust is missing: install rustup's stable first"; exit 1; }
    command -v cc >/dev/null || apt_install gcc libc6-dev
    command -v pkg-config >/dev/null || apt_install pkg-config
}

build_tools() {
    compiler
    if ! node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null || ! command -v npm >/dev/null; then
        say "node 20 or newer is missing: install it first"
        exit 1
    fi
    wasm_target
    # No --locked: this tool's lock file can name a release that a registry mirror lacks.
    CRATE=wasm-bindgen-cli cargo_tool wasm-bindgen "$WASM_BINDGEN"
    # Locked, and past the version that one of its crates asks for: that crate builds with less.
    cargo_tool cargo-leptos "$CARGO_LEPTOS" --locked --ignore-rust-version --features no_downloads
    # Kept until here, because the tools share much of what they are built from.
    rm -rf "$KIRANA_TOOLS/build"
    if ! wasm-opt --version 2>/dev/null | grep -qF "version ${BINARYEN%%.*}"; then
        say "npm install binaryen $BINARYEN"
        npm install --silent --no-fund --no-audit --prefix "$KIRANA_TOOLS/npm" "binaryen@$BINARYEN" >/dev/null
        ln -sf "$KIRANA_TOOLS/npm/node_modules/binaryen/bin/wasm-opt" "$KIRANA_TOOLS/bin/wasm-opt"
    fi
}

test_tools() {
    [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || apt_install chromium fonts-noto-core
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || apt_install postgresql
    command -v curl >/dev/null || apt_install curl
    command -v jq >/dev/null || apt_install jq
    if ! cmp -s end2end/package-lock.json "end2end/node_modules/.installed"; then
        say "npm ci in end2end"
        (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm ci --silent --no-fund --no-audit)
        cp end2end/package-lock.json end2end/node_modules/.installed
    fi
    if ! cmp -s end2end/sdk/requirements.txt "$KIRANA_TOOLS/py/.installed"; then
        say "pip install the Python SDK"
        python3 -c 'import venv, ensurepip' 2>/dev/null || apt_install python3 python3-venv
        python3 -m venv "$KIRANA_TOOLS/py"
        "$KIRANA_TOOLS/py/bin/pip" install -q --disable-pip-version-check -r end2end/sdk/requirements.txt
        cp end2end/sdk/requirements.txt "$KIRANA_TOOLS/py/.installed"
    fi
    if ! cmp -s end2end/api/requirements.txt "$KIRANA_TOOLS/fuzz/.installed"; then
        say "pip install schemathesis"
        python3 -m venv "$KIRANA_TOOLS/fuzz"
        "$KIRANA_TOOLS/fuzz/bin/pip" install -q --disable-pip-version-check -r end2end/api/requirements.txt
        cp end2end/api/requirements.txt "$KIRANA_TOOLS/fuzz/.installed"
    fi
}

mkdir -p "$KIRANA_TOOLS/bin"
# Lanes of `make test` come here at once: one installs, the others then find it there.
exec 9>"$KIRANA_TOOLS/.lock"
[ "${1:-}" = compile ] || flock 9
case "${1:-build}" in
    compile) compiler ;;
    build) build_tools ;;
    test) build_tools; test_tools ;;
    *) say "usage: .ci/setup.sh [compile|build|test]"; exit 2 ;;
esac
