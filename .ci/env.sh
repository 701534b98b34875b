# Sourced by the Makefile's recipes: where the tools are, and which compiler builds the release.
KIRANA_TOOLS="${KIRANA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/kirana/tools}"
export KIRANA_TOOLS
export PATH="$KIRANA_TOOLS/bin:$PATH"

# Empty where the usual compiler knows wasm32; else the words that choose Debian's (see setup.sh).
KIRANA_RELEASE=
if ! compgen -G "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null; then
    KIRANA_RELEASE="env RUSTUP_TOOLCHAIN=debian CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22"
fi
export KIRANA_RELEASE
