//! A PostgreSQL cluster of the scenario's own, from the installed package. Unlike the one of the
//! other tests it waits for the disk at each commit (fsync is on), for here it is ended without
//! warning.

use crate::program::{free_address, tail};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Cluster {
    bin: PathBuf,
    port: u16,
    /// The server refuses to run as root.
    as_root: bool,
    folder: tempfile::TempDir,
}

impl Cluster {
    pub fn make() -> Cluster {
        let folder = tempfile::Builder::new().prefix("kirana-postgres").tempdir().unwrap();
        let as_root = folder.path().metadata().unwrap().uid() == 0;
        if as_root {
            let done = Command::new("chown").arg("postgres").arg(folder.path()).status().unwrap();
            assert!(done.success(), "chown postgres");
        }
        let cluster = Cluster { bin: newest_bin(), port: free_address().port(), as_root, folder };
        cluster.runs(
            "initdb",
            &["-U", "kirana", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        cluster.starts();
        cluster
    }

    pub fn url(&self) -> String {
        format!("postgres://kirana@127.0.0.1:{}/postgres", self.port)
    }

    /// Every process of it ends at once, without a checkpoint: the next start recovers from the
    /// log, as after a crash.
    pub fn stops_at_once(&self) {
        self.runs("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }

    /// Returns when it takes connections.
    pub fn starts(&self) {
        let socket = self.folder.path().display();
        let settings = format!(
            "-p {} -k {socket} -c listen_addresses=127.0.0.1 -c max_connections=100 \
             -c fsync=on -c synchronous_commit=on",
            self.port
        );
        let log = self.log().display().to_string();
        self.runs("pg_ctl", &["-w", "-l", &log, "-o", &settings, "start"]);
    }

    fn runs(&self, tool: &str, words: &[&str]) {
        let done = self.tool(tool, words);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{tool}: {told} {}", tail(&self.log()));
    }

    fn tool(&self, tool: &str, words: &[&str]) -> Output {
        let path = self.bin.join(tool);
        let mut command = match self.as_root {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
            false => Command::new(path),
        };
        let data = self.folder.path().join("data");
        // Whoever starts the server must not hand it a pipe that then never closes.
        let quiet = std::process::Stdio::null;
        command.current_dir("/").arg("-D").arg(data).args(words).stdin(quiet());
        match words.contains(&"start") {
            true => {
                let status = command.stdout(quiet()).stderr(quiet()).status().unwrap();
                Output { status, stdout: Vec::new(), stderr: Vec::new() }
            }
            false => command.output().unwrap(),
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.tool("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }
}

fn newest_bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let number = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok())
    };
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(|path| number(path));
    newest.expect("PostgreSQL's initdb is installed").join("bin")
}
