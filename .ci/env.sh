# Sourced by the Makefile's recipes: where the tools are, and which compiler builds the release.
KIRANA_TOOLS="${KIRANA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/kirana/tools}"
export KIRANA_TOOLS
export PATH="$KIRANA_TOOLS/bin:$PATH"

# What compiles the release. Cargo names a library after what it was made of only if it is for Rust alone: ours is for
# the browser, too, so it needs this word (decision 15), else two of them lie at one place and each ends the other.
KIRANA_RELEASE="env __CARGO_DEFAULT_LIB_METADATA=kirana"
# Where the usual compiler knows no wasm32, Debian's is taken (see setup.sh).
if ! compgen -G "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" >/dev/null; then
    KIRANA_RELEASE+=" RUSTUP_TOOLCHAIN=debian CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22"
fi
export KIRANA_RELEASE
