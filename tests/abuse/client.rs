//! A client of a few bytes, which does what no browser does.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// A shop that takes nothing for so long will take no more.
const TAKEN: Duration = Duration::from_millis(500);

pub struct Client {
    tcp: TcpStream,
    unread: Vec<u8>,
}

/// Many at once, each told its number.
pub async fn all<T, F: Future<Output = T>>(many: usize, of: impl Fn(usize) -> F) -> Vec<T> {
    futures_util::future::join_all((0..many).map(of)).await
}

/// As many connections as this process may open, `wanted` at most.
pub fn files_for(wanted: usize) -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let spare = maximum.map_or(wanted, |files| usize::try_from(files).unwrap() - 500);
    wanted.min(spare)
}

/// The status of an answer; none where the connection was only closed.
pub fn status(told: &[u8]) -> Option<u16> {
    std::str::from_utf8(told.get(9..12)?).ok()?.parse().ok()
}

impl Client {
    pub async fn comes(to: SocketAddr) -> Client {
        Client::tries(to).await.unwrap()
    }

    pub async fn tries(to: SocketAddr) -> std::io::Result<Client> {
        let tcp = TcpStream::connect(to).await?;
        tcp.set_nodelay(true)?;
        Ok(Client { tcp, unread: Vec::new() })
    }

    /// With room for four kilobytes that it has not read.
    pub async fn takes_little(to: SocketAddr) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        Client { tcp: socket.connect(to).await.unwrap(), unread: Vec::new() }
    }

    /// Whether it arrives is seen by what is heard.
    pub async fn sends(&mut self, text: &str) {
        drop(timeout(TAKEN, self.tcp.write_all(text.as_bytes())).await);
    }

    /// What comes within this time; empty when the connection is closed, nothing when nothing came.
    pub async fn hears_within(&mut self, time: Duration) -> Option<Vec<u8>> {
        let mut part = vec![0; 16 * 1024];
        let read = timeout(time, self.tcp.read(&mut part)).await.ok()?;
        part.truncate(read.unwrap_or(0));
        Some(part)
    }

    pub async fn asks(&mut self, path: &str, within: Duration) -> Option<u16> {
        self.sends(&get(path)).await;
        status(&self.hears_within(within).await?)
    }

    /// Sends a body of so many bytes as far as it is taken. Tells how much that was.
    pub async fn pours(&mut self, bytes: usize, in_chunks: bool) -> usize {
        let part = "a".repeat(64 * 1024);
        let part = if in_chunks { format!("10000\r\n{part}\r\n") } else { part };
        let mut sent = 0;
        while sent < bytes {
            match timeout(TAKEN, self.tcp.write_all(part.as_bytes())).await {
                Ok(Ok(())) => sent += part.len(),
                _ => break,
            }
        }
        sent
    }

    /// Sends the same request again and again as far as the shop takes it. Tells how many went out
    /// whole.
    pub async fn asks_without_reading(&mut self, path: &str, times: usize) -> usize {
        let request = get(path);
        let all = request.repeat(times);
        let mut sent = 0;
        while sent < all.len() {
            match timeout(TAKEN, self.tcp.write(&all.as_bytes()[sent..])).await {
                Ok(Ok(bytes)) if bytes > 0 => sent += bytes,
                _ => break,
            }
        }
        sent / request.len()
    }

    /// Reads until so many answers came or nothing comes any more.
    pub async fn counts_answers(&mut self, most: usize) -> usize {
        let mut answers = 0;
        while answers < most {
            let Some(part) = self.hears_within(Duration::from_secs(5)).await else { break };
            if part.is_empty() {
                break;
            }
            self.unread.extend(part);
            while let Some(at) = self.unread.windows(9).position(|seen| seen == b"HTTP/1.1 ") {
                answers += 1;
                self.unread.drain(..at + 9);
            }
            // The mark may lie across two parts.
            self.unread.drain(..self.unread.len().saturating_sub(8));
        }
        answers
    }

    /// Waits without reading until the shop has closed.
    pub async fn is_cut(&mut self, within: Duration) {
        let watched = timeout(within, async {
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                match self.tcp.try_write(b"G") {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(_) => return,
                    Ok(_) => {}
                }
            }
        });
        watched.await.expect("nobody cuts off who takes nothing");
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n")
}
