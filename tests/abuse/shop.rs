//! The shop under abuse: a process of its own, its memory, and somebody else who wants a page.

use crate::client::Client;
use crate::program::{self, Program, Settings};
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Who waits so long for a page is kept out. How soon it does come is told, not judged: other tests
/// may have the machine meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Shop {
    pub address: SocketAddr,
    program: Program,
    resting_kib: u64,
    folder: tempfile::TempDir,
}

/// Somebody who asks for one page after the other, each over a connection of its own.
pub struct Others {
    stop: CancellationToken,
    slowest: tokio::task::JoinHandle<(usize, Duration)>,
}

impl Shop {
    /// A demonstration; with so many files at most, if that is said.
    pub async fn opens(files: Option<u64>) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let address = program::free_address();
        let settings: Settings = vec![
            ("LEPTOS_SITE_ADDR", address.to_string()),
            ("KIRANA_DATA", folder.path().join("data").display().to_string()),
            ("KIRANA_SIMULATOR_ADDR", program::free_address().to_string()),
            ("KIRANA_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        let log = folder.path().join("log");
        let program = match files {
            None => Program::start(folder.path(), &["serve"], &settings, &log),
            Some(files) => {
                let mut command = Command::new("sh");
                let words = format!("ulimit -n {files}; exec \"$0\" serve");
                command.arg("-c").arg(words).arg(program::path());
                Program::start_as(command, folder.path(), &settings, &log)
            }
        };
        let began = Instant::now();
        while page(address, Duration::from_secs(5)).await.is_none() {
            let late = began.elapsed() > Duration::from_secs(20);
            assert!(!late, "the shop does not open: {}", program::tail(&log));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut shop = Shop { address, program, resting_kib: 0, folder };
        shop.resting_kib = shop.memory_kib();
        shop
    }

    /// A file that the shop serves as it is.
    pub fn has_a_picture(&self, name: &str, bytes: usize) {
        let path = self.folder.path().join("data/pictures").join(name);
        std::fs::write(path, vec![b' '; bytes]).unwrap();
    }

    /// From now on, until [`Others::were_served`].
    pub fn serves_others(&self) -> Others {
        let (address, stop) = (self.address, CancellationToken::new());
        let stopped = stop.clone();
        let slowest = tokio::spawn(async move {
            let (mut pages, mut slowest) = (0, Duration::ZERO);
            while !stopped.is_cancelled() {
                let began = Instant::now();
                let seen = page(address, PATIENCE).await;
                assert_eq!(seen, Some(200), "somebody else was not served in {PATIENCE:?}");
                slowest = slowest.max(began.elapsed());
                pages += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            (pages, slowest)
        });
        Others { stop, slowest }
    }

    /// Memory counts at its peak.
    pub fn grew_at_most(&self, kib: u64, under: &str) {
        let grown = self.memory_kib().saturating_sub(self.resting_kib);
        println!("{under}: {} KiB at rest, {grown} KiB more", self.resting_kib);
        assert!(grown <= kib, "{under}: the shop takes {grown} KiB more");
    }

    /// The most that it ever was.
    fn memory_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.program.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Others {
    pub async fn were_served(self) {
        self.stop.cancel();
        let (pages, slowest) = self.slowest.await.unwrap();
        println!("{pages} pages for others, the slowest in {} ms", slowest.as_millis());
        assert!(pages > 0, "nobody else came");
    }
}

/// The front page's status; none when it does not come.
async fn page(address: SocketAddr, within: Duration) -> Option<u16> {
    let asked = async { Client::tries(address).await.ok()?.asks("/", within).await };
    tokio::time::timeout(within, asked).await.ok()?
}
