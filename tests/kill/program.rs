//! The real program as a process of its own, which ends with whoever started it, also by a panic.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

/// Name and value of environment variables; nothing else of this process's environment is given on.
pub type Settings = Vec<(&'static str, String)>;

pub struct Program(Child);

impl Program {
    /// Starts the program; what it says is added to `log`. It is not ready yet.
    pub fn start(folder: &Path, words: &[&str], settings: &Settings, log: &Path) -> Program {
        let mut command = Command::new(path());
        command.args(words);
        Program::start_as(command, folder, settings, log)
    }

    /// The same by another command that becomes the program (`sh -c 'exec …'`).
    pub fn start_as(
        mut command: Command,
        folder: &Path,
        settings: &Settings,
        log: &Path,
    ) -> Program {
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("RUST_LOG", "warn,kirana=warn,sqlx=error")
            .envs(settings.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        Program(command.spawn().unwrap_or_else(|e| panic!("{}: {e}", path().display())))
    }

    /// Runs one command of the program to its end.
    pub fn run(folder: &Path, words: &[&str], settings: &Settings, log: &Path) {
        let fine = Program::ends_well(folder, words, settings, log);
        assert!(fine, "kirana {words:?}: {}", tail(log));
    }

    /// The same for a command whose exit code is its answer.
    pub fn ends_well(folder: &Path, words: &[&str], settings: &Settings, log: &Path) -> bool {
        Program::start(folder, words, settings, log).0.wait().unwrap().success()
    }

    /// SIGKILL: no farewell, no flushing, nothing caught.
    pub fn kill(&mut self) {
        // An error says that it had ended by itself already.
        drop(self.0.kill());
        drop(self.0.wait());
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Did it end by itself?
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `KIRANA_BIN`, or the one that was built beside the test.
pub fn path() -> PathBuf {
    let named = std::env::var_os("KIRANA_BIN").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_kirana")))
}

/// The last lines of a log, for a message.
pub fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// An address that a program can be started on again and again. Below the ports that the system
/// gives to outgoing connections, one of which could otherwise take it while the program is dead.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap();
    for _ in 0..10_000 {
        let port = 20_000 + (first + NEXT.fetch_add(1, Ordering::SeqCst)) % 10_000;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no free port");
}
