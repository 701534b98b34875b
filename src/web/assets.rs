//! The built files' names, read once at start: style sheet, script and wasm carry a hash of their
//! contents, so they can be kept for ever by browsers. While somebody develops they carry none, so
//! that a page loaded anew has the newest.

use leptos::config::LeptosOptions;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The folder that is served as is.
    pub root: PathBuf,
    /// How long browsers may keep them: for ever when their names carry a hash.
    pub cache_control: &'static str,
    pub css: String,
    /// Absent until the browser half is built; pages then work as plain HTML.
    pub script: Option<Script>,
}

#[derive(Clone, Debug)]
pub struct Script {
    pub js: String,
    pub wasm: String,
}

impl Assets {
    /// Looks up the names under the site root that `Leptos.toml` gives, with the hashes that the
    /// build wrote beside the program.
    pub fn find(options: &LeptosOptions) -> Assets {
        let root = PathBuf::from(options.site_root.as_ref());
        let name = options.output_name.as_ref();
        let folder = options.site_pkg_dir.as_ref();
        let hashes = hashes(options);
        let file = |kind: &str| match hashes.iter().find(|(known, _)| known == kind) {
            Some((_, hash)) => format!("/{folder}/{name}.{hash}.{kind}"),
            None => format!("/{folder}/{name}.{kind}"),
        };
        let exists = |address: &str| root.join(address.trim_start_matches('/')).is_file();
        let (js, wasm) = (file("js"), file("wasm"));
        let script = (exists(&js) && exists(&wasm)).then_some(Script { js, wasm });
        let cache_control = match options.hash_files {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        Assets { css: file("css"), script, root, cache_control }
    }
}

/// `hash.txt` has lines such as `css: 1a2b`; it lies beside the program.
fn hashes(options: &LeptosOptions) -> Vec<(String, String)> {
    let program = std::env::current_exe().unwrap_or_default();
    let path = program.parent().unwrap_or(Path::new(".")).join(options.hash_file.as_ref());
    if !options.hash_files {
        return Vec::new();
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(kind, hash)| (kind.trim().to_owned(), hash.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_whose_names_change_with_them_are_kept_for_ever() {
        let named = |hash_files| {
            let options = LeptosOptions::builder().output_name("kirana").hash_files(hash_files);
            Assets::find(&options.build()).cache_control
        };
        assert_eq!(named(true), "public, max-age=31536000, immutable");
        assert_eq!(named(false), "no-cache");
    }
}
