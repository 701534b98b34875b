//! The real program, abused: clients that trickle, idle by the ten thousand, send far too much or
//! take no answers. Each must be refused with the status that says so or cut off, memory must stay
//! bounded, and everybody else must be served meanwhile.
//!
//! Bounded: only this machine, some seconds each, but for the slow clients, whom the shop
//! gives half a minute.

#![allow(clippy::unwrap_used, reason = "a run that cannot go on should fail where it stops")]

mod client;
#[allow(dead_code, reason = "the kill runs use the rest")]
#[path = "../kill/program.rs"]
mod program;
mod shop;

use client::{Client, all, status};
use shop::Shop;
use std::time::{Duration, Instant};

/// Two cores hold one rush at a time.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const SECOND: Duration = Duration::from_secs(1);

/// In KiB, as memory is told here.
const MEBIBYTE: u64 = 1024;

/// Heads and bodies that come a byte a second, and answers that nobody takes. These wait rather
/// than work, so the other scenes may run beside them.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_slow_is_cut_off() {
    let shop = Shop::opens(None).await;
    shop.has_a_picture("large.svg", 16 * 1024 * 1024);
    let others = shop.serves_others();
    let head = "GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: ";
    let body = "POST /api/cart/add HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
                Content-Length: 1000\r\n\r\n{";
    let chunked = "POST /razorpay/webhook HTTP/1.1\r\nHost: shop\r\n\
                   Transfer-Encoding: chunked\r\n\r\n";
    let heads = all(300, |_| async move { trickles(shop.address, head, "a").await });
    let bodies = all(100, |_| async move { trickles(shop.address, body, " ").await });
    let chunks = all(100, |_| async move { trickles(shop.address, chunked, "1\r\na\r\n").await });
    let takers = all(20, |_| async move { takes_nothing(shop.address).await });
    let (heads, bodies, chunks, takers) = tokio::join!(heads, bodies, chunks, takers);
    for (status, lasted) in heads {
        assert!(status.is_none(), "half a head was answered {status:?}");
        assert!((14 * SECOND..20 * SECOND).contains(&lasted), "a head could last {lasted:?}");
    }
    for (status, lasted) in bodies.into_iter().chain(chunks) {
        assert_eq!(status, Some(408), "after {lasted:?}");
        assert!(lasted < 33 * SECOND, "a body could last {lasted:?}");
    }
    for lasted in takers {
        assert!((29 * SECOND..35 * SECOND).contains(&lasted), "untaken answers: {lasted:?}");
    }
    shop.grew_at_most(64 * MEBIBYTE, "500 slow clients, 20 that take nothing");
    others.were_served().await;
}

/// Sends the beginning, then one part a second, until the shop has enough of it.
async fn trickles(to: std::net::SocketAddr, begin: &str, part: &str) -> (Option<u16>, Duration) {
    let mut client = Client::comes(to).await;
    let began = Instant::now();
    client.sends(begin).await;
    while began.elapsed() < 60 * SECOND {
        if let Some(told) = client.hears_within(SECOND).await {
            return (status(&told), began.elapsed());
        }
        client.sends(part).await;
    }
    panic!("the shop waits for ever");
}

/// Asks for a large picture and takes next to nothing of it: how long until the connection is cut.
async fn takes_nothing(to: std::net::SocketAddr) -> Duration {
    let mut client = Client::takes_little(to).await;
    let began = Instant::now();
    client.asks_without_reading("/pictures/large.svg", 1).await;
    client.is_cut(60 * SECOND).await;
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_idle_connections_keep_nobody_out() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let many = client::files_for(10_000);
    println!("{many} idle connections");
    let shop = Shop::opens(None).await;
    let others = shop.serves_others();
    let mut clients = Vec::new();
    while clients.len() < many {
        clients.extend(all(500, |_| Client::comes(shop.address)).await);
    }
    tokio::time::sleep(SECOND).await;
    shop.grew_at_most(many as u64 * 24, "connections that never asked, 24 KiB each");
    let mut answered = 0;
    for client in &mut clients {
        answered += usize::from(client.asks("/healthz", 5 * SECOND).await == Some(200));
    }
    println!("{answered} were answered, and stay");
    assert!(answered > many / 2, "only {answered} were answered");
    shop.grew_at_most(many as u64 * 24, "connections between two requests, 24 KiB each");
    others.were_served().await;
    drop(clients);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_places_are_taken_the_longest_idle_gives_way() {
    let _turn = ONE_AT_A_TIME.lock().await;
    // (900 - 200) / 2 places.
    let shop = Shop::opens(Some(900)).await;
    let others = shop.serves_others();
    let mut clients = all(1_000, |_| Client::comes(shop.address)).await;
    tokio::time::sleep(SECOND).await;
    let newest = clients.last_mut().unwrap();
    assert_eq!(newest.asks("/healthz", 5 * SECOND).await, Some(200));
    let mut cut = 0;
    for client in &mut clients {
        cut += usize::from(client.hears_within(Duration::from_millis(1)).await.is_some());
    }
    assert!((640..=700).contains(&cut), "{cut} of 1000 had to go, with 350 places");
    others.were_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_are_refused_unread() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let shop = Shop::opens(None).await;
    let others = shop.serves_others();
    let doors = ["/api/cart/add", "/do/cart/add", "/razorpay/webhook", "/do/account/sign-in"];
    for framing in ["Content-Length: 104857600", "Transfer-Encoding: chunked"] {
        let told = all(16, |number| async move {
            let door = doors[number % doors.len()];
            let kind = ["application/json", "application/x-www-form-urlencoded"];
            let kind = kind[usize::from(!door.starts_with("/api"))];
            let head = format!(
                "POST {door} HTTP/1.1\r\nHost: shop\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n"
            );
            let mut client = Client::comes(shop.address).await;
            client.sends(&head).await;
            let sent = client.pours(100 * 1024 * 1024, framing.ends_with("chunked")).await;
            (door, sent, client.hears_within(5 * SECOND).await.as_deref().and_then(status))
        });
        let told = told.await;
        let heard = told.iter().filter(|(_, _, told)| told.is_some()).count();
        println!("{heard} of {} heard why", told.len());
        assert!(heard > 0, "{framing}: nobody heard why");
        for (door, sent, told) in told {
            assert!(matches!(told, None | Some(413)), "{door}, {framing}: {told:?}");
            assert!(sent < 20 * 1024 * 1024, "{door} took {sent} bytes, {framing}");
        }
        shop.grew_at_most(64 * MEBIBYTE, framing);
    }
    others.were_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_headers_are_refused() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let shop = Shop::opens(None).await;
    let others = shop.serves_others();
    let many: String = (0..10_000).map(|number| format!("X-{number}: a\r\n")).collect();
    let small: String = (0..500).map(|number| format!("X-{number}: a\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(1024 * 1024));
    let cookies = format!("Cookie: {}\r\n", "a=b; ".repeat(200_000));
    let endless = format!("/{} HTTP/1.1\r\n", "a".repeat(1024 * 1024));
    for (name, flood) in [("many", many), ("small", small), ("long", long), ("cookies", cookies)] {
        let request = format!("GET / HTTP/1.1\r\nHost: shop\r\n{flood}\r\n");
        is_refused(&shop, name, &request, &[431]).await;
    }
    is_refused(&shop, "endless", &format!("GET {endless}Host: shop\r\n\r\n"), &[414, 431]).await;
    shop.grew_at_most(32 * MEBIBYTE, "floods of headers");
    others.were_served().await;
}

/// From fifty at once; the status, unless the connection was cut while they still sent.
async fn is_refused(shop: &Shop, name: &str, request: &str, with: &[u16]) {
    let told = all(50, |_| async move {
        let mut client = Client::comes(shop.address).await;
        client.sends(request).await;
        client.hears_within(5 * SECOND).await.as_deref().and_then(status)
    });
    let told = told.await;
    let refused = told.iter().filter(|told| told.is_some()).count();
    println!("{name}: {refused} of {} heard why", told.len());
    assert!(told.iter().flatten().all(|told| with.contains(told)), "{name}: {told:?}");
    assert!(refused > 0, "{name}: nobody heard why");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_in_one_breath_are_answered_one_by_one() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let shop = Shop::opens(None).await;
    let others = shop.serves_others();
    let to = shop.address;
    let counts = all(50, |_| async move {
        let mut client = Client::comes(to).await;
        let asked = client.asks_without_reading("/healthz", 2_000).await;
        (asked, client.counts_answers(asked).await)
    });
    for (asked, answered) in counts.await {
        assert!(asked > 100, "only {asked} requests were taken");
        assert_eq!(asked, answered);
    }
    shop.grew_at_most(64 * MEBIBYTE, "many requests in one breath");
    others.were_served().await;
}
