//! A disk that can be filled: a small one in memory where mounting is allowed, otherwise a limit on
//! how large the program's files may grow.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const SIZE: &str = "size=24m";

pub struct SmallDisk {
    folder: tempfile::TempDir,
    is_mounted: bool,
}

impl SmallDisk {
    pub fn make() -> SmallDisk {
        let folder = tempfile::Builder::new().prefix("kirana-disk").tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(folder.path())
            .output();
        let is_mounted = mounted.is_ok_and(|done| done.status.success());
        SmallDisk { folder, is_mounted }
    }

    /// Which way it is, for whoever reads the run's output.
    pub fn kind(&self) -> &'static str {
        if self.is_mounted { "a tmpfs of 24 MiB" } else { "a limit on the size of files" }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Words before the program's own. Past a limit the system sends SIGXFSZ, which a full disk
    /// does not: ignored, the write just fails.
    pub fn through(&self) -> Vec<String> {
        if self.is_mounted {
            return Vec::new();
        }
        ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""].map(str::to_owned).to_vec()
    }

    /// From now on nothing more can be written by these programs.
    pub fn fills_up(&self, programs: &[u32]) {
        if !self.is_mounted {
            let largest = largest_file(&self.data());
            return limit(programs, &format!("--fsize={largest}:unlimited"));
        }
        let mut ballast = File::create(self.ballast()).unwrap();
        for size in [64 * 1024, 1024, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
    }

    pub fn is_cleared(&self, programs: &[u32]) {
        match self.is_mounted {
            true => std::fs::remove_file(self.ballast()).unwrap(),
            false => limit(programs, "--fsize=unlimited"),
        }
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.is_mounted {
            // Lazily: the programs on it end with the scenario.
            drop(Command::new("umount").arg("--lazy").arg(self.folder.path()).status());
        }
    }
}

fn limit(programs: &[u32], words: &str) {
    for id in programs {
        let done = Command::new("prlimit").arg("--pid").arg(id.to_string()).arg(words).status();
        assert!(done.is_ok_and(|status| status.success()), "prlimit {words}");
    }
}

fn largest_file(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len())).max().unwrap_or(0)
}
