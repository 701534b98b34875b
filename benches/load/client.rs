//! A load generator of a hundred lines: keep-alive connections that send one request after another
//! and note how long each answer took.

use crate::Failed;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What a connection sends as its nth request; nothing once it has nothing more to ask.
pub type Asks = Arc<dyn Fn(usize) -> Option<String> + Send + Sync>;

pub struct Load {
    pub to: SocketAddr,
    /// One for each connection.
    pub asks: Vec<Asks>,
}

#[derive(Default)]
pub struct Row {
    pub times: Vec<Duration>,
    pub lasted: Duration,
}

#[allow(clippy::float_arithmetic, reason = "rates and milliseconds, not money")]
impl Row {
    pub fn add(&mut self, more: Row) {
        self.times.extend(more.times);
        self.lasted += more.lasted;
    }

    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.lasted.as_secs_f64()
    }

    /// This row's rate as a part of the floor's.
    pub fn beside(&self, floor: &Row) -> f64 {
        self.per_second() / floor.per_second()
    }

    pub fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Requests a second, p50 and p99 in milliseconds, as cells of a table.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99] = [50, 99].map(|percent| self.percentile_ms(percent));
        write!(f, "{:.0} | {p50:.2} | {p99:.2}", self.per_second())
    }
}

impl Load {
    /// The same request over so many connections.
    pub fn same(to: SocketAddr, request: String, connections: usize) -> Load {
        let asks: Asks = Arc::new(move |_| Some(request.clone()));
        Load { to, asks: vec![asks; connections] }
    }

    pub async fn run(&self, lasting: Duration) -> Result<Row, Failed> {
        let began = Instant::now();
        let mut connections = JoinSet::new();
        for asks in &self.asks {
            let (to, asks) = (self.to, asks.clone());
            connections.spawn(async move { one(to, asks, began + lasting).await });
        }
        let mut times = Vec::new();
        while let Some(done) = connections.join_next().await {
            times.extend(done??);
        }
        Ok(Row { times, lasted: began.elapsed() })
    }
}

async fn one(to: SocketAddr, asks: Asks, until: Instant) -> Result<Vec<Duration>, Failed> {
    let mut line = Line::open(to).await?;
    let mut times = Vec::new();
    while Instant::now() < until {
        let Some(request) = asks(times.len()) else { break };
        let began = Instant::now();
        let answer = line.ask(&request).await?;
        if !answer.head.starts_with("HTTP/1.1 20") {
            return Err(format!("no success: {} {}", answer.head, answer.body).into());
        }
        times.push(began.elapsed());
    }
    Ok(times)
}

pub struct Answer {
    pub head: String,
    pub body: String,
    pub cookie: Option<String>,
}

/// A connection that stays open for one request after another.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub async fn open(to: SocketAddr) -> Result<Line, Failed> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, buffer: Vec::new() })
    }

    pub async fn ask(&mut self, request: &str) -> Result<Answer, Failed> {
        self.stream.write_all(request.as_bytes()).await?;
        read(&mut self.stream, &mut self.buffer).await
    }
}

/// One request over a connection of its own.
pub async fn ask(to: SocketAddr, request: &str) -> Result<Answer, Failed> {
    Line::open(to).await?.ask(request).await
}

/// A request with these fields beside the usual ones, and a body where there is one.
pub fn request(method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (name, value) in fields {
        text += &format!("{name}: {value}\r\n");
    }
    if method != "GET" {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    text + "\r\n" + body
}

/// Reads one answer, by its length or by its chunks.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Answer, Failed> {
    buffer.clear();
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).to_lowercase();
    let head_as_sent = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let field = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(name).map(|v| v.trim().to_owned()))
    };
    match field("content-length:").and_then(|text| text.parse::<usize>().ok()) {
        Some(length) => {
            while buffer.len() < head_end + length {
                more(stream, buffer).await?;
            }
        }
        None if field("transfer-encoding:").is_some() => {
            while !buffer.ends_with(b"0\r\n\r\n") {
                more(stream, buffer).await?;
            }
        }
        None => {}
    }
    let cookie = head_as_sent
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|line| line.split(';').next().map(str::to_owned));
    let body = String::from_utf8_lossy(&buffer[head_end..]).into_owned();
    Ok(Answer { head: head_as_sent, body, cookie })
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Failed> {
    let mut part = [0; 16 * 1024];
    match stream.read(&mut part).await? {
        0 => Err("the server closed the connection".into()),
        read => {
            buffer.extend_from_slice(&part[..read]);
            Ok(())
        }
    }
}
