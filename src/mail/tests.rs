//! The outbox on a fresh database, with files instead of a mail server.

use super::{Letter, queries, queue, send_due};
use crate::clock::{Clock, MINUTE};
use crate::config;
use crate::db::Db;
use crate::state::AppState;
use crate::testing::{TestDb, fresh_db};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

const NOW: i64 = 1_700_000_000_000;

fn letter(about: &str) -> Letter {
    Letter {
        kind: "greeting".into(),
        about: about.into(),
        recipient: "asha@example.in".into(),
        subject: "Hello".into(),
        text: "Hello, Asha.".into(),
        html: super::layout_html("Kirana", "Hello", "<p>Asha</p>"),
    }
}

/// A shop on the test's database whose letters go where the settings say.
async fn shop(db: &TestDb, settings: &[(&str, &str)]) -> (AppState, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let app = AppState::on(db, data.path(), Clock::set(NOW), settings).await;
    (app, data)
}

fn files(data: &TempDir) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(data.path().join("mail")) else { return Vec::new() };
    folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

async fn put(db: &Db, letter: Letter) {
    let mut c = db.write.acquire().await.unwrap();
    queue(&mut c, letter, NOW).await.unwrap();
}

/// What the row says: (sent at, next try, problem).
async fn state(db: &Db, about: &str) -> (Option<i64>, Option<i64>, Option<String>) {
    let mut c = db.read.acquire().await.unwrap();
    sqlx::query_as("select sent_at, next_try_at, problem from letters where about = $1")
        .bind(about)
        .fetch_one(&mut *c)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_letter_leaves_once() {
    let db = fresh_db().await;
    let (app, data) = shop(&db, &[]).await;
    put(&db, letter("1")).await;
    put(&db, letter("1")).await;
    put(&db, letter("2")).await;
    assert_eq!(send_due(&app).await.unwrap(), 2);
    assert_eq!(send_due(&app).await.unwrap(), 0);
    let files = files(&data);
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files.iter().all(|f| f.contains("asha@example.in") && f.ends_with(".eml")));
    assert_eq!(state(&db, "1").await, (Some(NOW), None, None));
}

#[tokio::test]
async fn two_servers_do_not_send_the_same_letter() {
    let db = fresh_db().await;
    let (app, _data) = shop(&db, &[]).await;
    for number in 0..15 {
        put(&db, letter(&number.to_string())).await;
    }
    let rounds = [0; 4].map(|_| {
        let app = app.clone();
        tokio::spawn(async move { send_due(&app).await.unwrap() })
    });
    let mut sent = 0;
    for round in rounds {
        sent += round.await.unwrap();
    }
    assert_eq!(sent, 15);
}

#[tokio::test]
async fn a_mail_server_that_is_away_delays_a_letter() {
    let db = fresh_db().await;
    // Bound and dropped: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (app, data) = shop(&db, &[("SMTP_URL", &format!("smtp://127.0.0.1:{port}"))]).await;
    put(&db, letter("1")).await;
    for (minutes, next) in [(0, 1), (1, 5), (5, 15)] {
        app.clock.advance(minutes * MINUTE);
        assert_eq!(send_due(&app).await.unwrap(), 0);
        let (sent, due, problem) = state(&db, "1").await;
        assert_eq!((sent, due), (None, Some(app.now() + next * MINUTE)));
        assert!(problem.unwrap().to_lowercase().contains("connect"));
    }
    assert!(files(&data).is_empty());
}

/// A mail server that takes one letter and tells what came, the commands included. With no answer
/// to give it goes away.
async fn mail_server(answer_to_data: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example\r\n").await.unwrap();
        let (mut heard, mut in_letter) = (String::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            heard += &format!("{line}\n");
            let answer = match line.as_str() {
                "." => answer_to_data,
                _ if in_letter => continue,
                "DATA" => "354 go on",
                _ => "250 fine",
            };
            in_letter = line == "DATA";
            if answer.is_empty() {
                break;
            }
            write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            if line == "." {
                break;
            }
        }
        heard
    });
    (port, server)
}

#[tokio::test]
async fn a_letter_leaves_by_smtp() {
    let db = fresh_db().await;
    let (port, server) = mail_server("250 taken").await;
    let settings = [
        ("SMTP_URL", format!("smtp://127.0.0.1:{port}")),
        ("KIRANA_MAIL_FROM", "Kirana <shop@shop.example>".to_owned()),
    ];
    let (app, data) = shop(&db, &settings.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
    put(&db, letter("1")).await;
    assert_eq!(send_due(&app).await.unwrap(), 1);
    let heard = server.await.unwrap();
    for wanted in ["MAIL FROM:<shop@shop.example>", "RCPT TO:<asha@example.in>", "Subject: Hello"] {
        assert!(heard.contains(wanted), "{wanted} is missing: {heard}");
    }
    assert_eq!(heard.matches("@shop.example>\n").count(), 3, "{heard}");
    assert_eq!(state(&db, "1").await, (Some(NOW), None, None));
    assert!(files(&data).is_empty());
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_asked_again() {
    let db = fresh_db().await;
    let (port, server) = mail_server("451 not now").await;
    let (app, _data) = shop(&db, &[("SMTP_URL", &format!("smtp://127.0.0.1:{port}"))]).await;
    put(&db, letter("1")).await;
    assert_eq!(send_due(&app).await.unwrap(), 0);
    server.await.unwrap();
    let (sent, due, problem) = state(&db, "1").await;
    assert_eq!((sent, due), (None, Some(NOW + MINUTE)));
    assert!(problem.unwrap().contains("not now"));
}

#[tokio::test]
async fn a_letter_whose_answer_is_lost_goes_again_under_one_name() {
    let db = fresh_db().await;
    put(&db, letter("1")).await;
    let mut names = Vec::new();
    for (answer, left) in [("", 0), ("250 taken", 1)] {
        let (port, server) = mail_server(answer).await;
        let (app, _data) = shop(&db, &[("SMTP_URL", &format!("smtp://127.0.0.1:{port}"))]).await;
        app.clock.advance(left as i64 * MINUTE);
        assert_eq!(send_due(&app).await.unwrap(), left);
        let heard = server.await.unwrap();
        let name = heard.lines().find(|line| line.starts_with("Message-ID: <"));
        names.push(name.unwrap_or_else(|| panic!("without a name: {heard}")).to_owned());
    }
    assert_eq!(names[0], names[1]);
    assert_eq!(state(&db, "1").await, (Some(NOW + MINUTE), None, None));
}

#[tokio::test]
async fn a_letter_to_nobody_is_given_up_and_holds_up_no_other() {
    let db = fresh_db().await;
    let (app, _data) = shop(&db, &[]).await;
    put(&db, Letter { recipient: "nobody\r\nBcc: x@example.com".into(), ..letter("bad") }).await;
    put(&db, letter("good")).await;
    assert_eq!(send_due(&app).await.unwrap(), 1);
    let (sent, due, problem) = state(&db, "bad").await;
    assert_eq!((sent, due), (None, None));
    assert!(problem.is_some());
}

#[tokio::test]
async fn a_lease_ends_and_a_sent_letter_stays_sent() {
    let db = fresh_db().await;
    put(&db, letter("1")).await;
    let mut c = db.write.acquire().await.unwrap();
    let due = queries::list_due(&mut c, NOW, 5).await.unwrap();
    let leased = queries::lease(&mut c, &due[0], NOW, NOW + MINUTE).await.unwrap().unwrap();
    assert_eq!((leased.tries, leased.letter), (1, letter("1")));
    assert_eq!(queries::lease(&mut c, &due[0], NOW, NOW + MINUTE).await.unwrap(), None);
    assert!(queries::list_due(&mut c, NOW, 5).await.unwrap().is_empty());
    let again = queries::lease(&mut c, &due[0], NOW + MINUTE, NOW + 2 * MINUTE).await.unwrap();
    assert_eq!(again.unwrap().tries, 2);
    queries::update_sent(&mut c, &due[0], NOW).await.unwrap();
    queries::update_problem(&mut c, &due[0], "late news", Some(NOW)).await.unwrap();
    drop(c);
    assert_eq!(state(&db, "1").await, (Some(NOW), None, None));
}

#[tokio::test]
async fn wrong_mail_settings_are_named_but_not_shown() {
    for (name, value) in [("SMTP_URL", "smtp//user:hush@host"), ("KIRANA_MAIL_FROM", "hush hush")] {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().to_str().unwrap().to_owned();
        let config = config::read(&|asked| match asked {
            "KIRANA_DATA" => Some(folder.clone()),
            _ => (asked == name).then(|| value.to_owned()),
        });
        let told = super::Mailer::open(&config.unwrap()).err().unwrap().to_string();
        assert!(told.contains(name) && !told.contains("hush"), "{told}");
    }
}

#[tokio::test]
async fn the_text_of_a_letter_is_forgotten_an_hour_after_it_left() {
    let db = fresh_db().await;
    let (app, _data) = shop(&db, &[]).await;
    put(&db, letter("1")).await;
    send_due(&app).await.unwrap();
    assert_eq!(super::forget_sent(&app).await.unwrap(), 0);
    app.clock.advance(61 * MINUTE);
    put(&db, letter("2")).await;
    assert_eq!(super::forget_sent(&app).await.unwrap(), 1);
    assert_eq!(super::forget_sent(&app).await.unwrap(), 0);
    let left = "select about from letters where text_body <> '' and html_body <> ''";
    let kept: Vec<(String,)> = sqlx::query_as(left).fetch_all(&db.read).await.unwrap();
    assert_eq!(kept, [("2".to_owned(),)]);
}

#[tokio::test]
async fn a_letter_that_opens_an_account_is_emptied_when_it_leaves_or_is_given_up() {
    let db = fresh_db().await;
    let (app, _data) = shop(&db, &[]).await;
    put(&db, Letter { kind: "password-reset".into(), ..letter("1") }).await;
    send_due(&app).await.unwrap();
    put(&db, Letter { kind: "sign-up".into(), ..letter("2") }).await;
    put(&db, letter("3")).await;
    let mut c = db.write.acquire().await.unwrap();
    let due = queries::list_due(&mut c, app.now(), 5).await.unwrap();
    queries::update_problem(&mut c, &due[0], "no such address", None).await.unwrap();
    drop(c);
    let left = "select about from letters where text_body <> '' or html_body <> ''";
    let kept: Vec<(String,)> = sqlx::query_as(left).fetch_all(&db.read).await.unwrap();
    assert_eq!(kept, [("3".to_owned(),)]);
}
