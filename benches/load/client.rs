//! A load generator of a hundred lines: keep-alive connections that send one request after another
//! as a browser would (brotli accepted) and note how long each answer took.

use crate::Failed;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

pub struct Load<'a> {
    pub to: SocketAddr,
    pub path: &'a str,
    pub cookie: &'a str,
    pub connections: usize,
}

pub struct Row {
    pub times: Vec<Duration>,
    pub lasted: Duration,
}

#[allow(clippy::float_arithmetic, reason = "rates and milliseconds, not money")]
impl Row {
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

impl Load<'_> {
    pub async fn run(&self, lasting: Duration) -> Result<Row, Failed> {
        let request = request("GET", self.path, self.cookie, None);
        let began = Instant::now();
        let mut connections = JoinSet::new();
        for _ in 0..self.connections {
            let (to, request) = (self.to, request.clone());
            connections.spawn(async move { one(to, request, began + lasting).await });
        }
        let mut times = Vec::new();
        while let Some(done) = connections.join_next().await {
            times.extend(done??);
        }
        Ok(Row { times, lasted: began.elapsed() })
    }
}

async fn one(to: SocketAddr, request: String, until: Instant) -> Result<Vec<Duration>, Failed> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut buffer = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let answer = read(&mut stream, &mut buffer).await?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            return Err(format!("not 200: {}", answer.head).into());
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

pub async fn get(to: SocketAddr, path: &str, cookie: &str) -> Result<Answer, Failed> {
    ask(to, request("GET", path, cookie, None).replace("Accept-Encoding: br\r\n", "")).await
}

pub async fn post(to: SocketAddr, path: &str, cookie: &str, form: &str) -> Result<Answer, Failed> {
    ask(to, request("POST", path, cookie, Some(form))).await
}

async fn ask(to: SocketAddr, request: String) -> Result<Answer, Failed> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(request.as_bytes()).await?;
    read(&mut stream, &mut Vec::new()).await
}

fn request(method: &str, path: &str, cookie: &str, form: Option<&str>) -> String {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\
         Accept-Encoding: br\r\n"
    );
    if !cookie.is_empty() {
        text += &format!("Cookie: {cookie}\r\n");
    }
    match form {
        None => text + "\r\n",
        Some(form) => {
            let kind = "application/x-www-form-urlencoded";
            text + &format!("Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{form}", form.len())
        }
    }
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
