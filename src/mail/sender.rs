//! How letters leave: by SMTP where `SMTP_URL` is set, otherwise as files that a person can open.

use super::types::Queued;
use crate::clock::{self, Moment};
use crate::config::Config;
use crate::error::Fault;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// For one command and its answer.
const COMMAND_LIMIT: Duration = Duration::from_secs(20);
/// For one letter with all its commands.
const TRY_LIMIT: Duration = Duration::from_secs(60);
const CONNECTIONS: u32 = 2;

pub struct Mailer {
    from: Mailbox,
    way: Way,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(PathBuf),
}

/// Why a letter did not leave.
#[derive(Debug)]
pub struct Problem {
    pub text: String,
    /// Trying again cannot help.
    pub is_final: bool,
}

impl Mailer {
    /// Reads `KIRANA_MAIL_FROM` and `SMTP_URL`. No mail server is asked yet. A wrong setting is
    /// named, but never shown: it may hold a password.
    pub fn open(config: &Config) -> Result<Mailer, Fault> {
        let from: Mailbox =
            config.mail.from.parse().map_err(|e| Fault::new("reading KIRANA_MAIL_FROM", e))?;
        let way = match &config.mail.smtp_url {
            Some(url) => {
                let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url.0);
                let smtp = smtp.map_err(|e| Fault::new("reading SMTP_URL", e))?;
                let pool = PoolConfig::new().max_size(CONNECTIONS);
                Way::Smtp(smtp.timeout(Some(COMMAND_LIMIT)).pool_config(pool).build())
            }
            None => Way::Files(config.data.join("mail")),
        };
        Ok(Mailer { from, way })
    }

    pub(super) async fn send(&self, queued: &Queued) -> Result<(), Problem> {
        let message =
            compose(&self.from, queued).map_err(|text| Problem { text, is_final: true })?;
        let done = match &self.way {
            Way::Smtp(smtp) => match tokio::time::timeout(TRY_LIMIT, smtp.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(with_causes(&error)),
                Err(_) => Err("the mail server took too long".to_owned()),
            },
            Way::Files(folder) => write_file(folder, queued, &message.formatted())
                .await
                .map_err(|error| format!("writing into {}: {error}", folder.display())),
        };
        done.map_err(|text| Problem { text, is_final: false })
    }
}

/// The letter as it travels: text and HTML of the same content (RFC 2046, 5.1.4), a Message-ID that
/// stays when it is tried again (RFC 5322, 3.6.4), and a mark that no machine shall answer (RFC
/// 3834).
fn compose(from: &Mailbox, queued: &Queued) -> Result<Message, String> {
    let letter = &queued.letter;
    let to: Address = letter.recipient.parse().map_err(|_| "the address is not one".to_owned())?;
    let created = u64::try_from(queued.created_at).map(Duration::from_millis);
    let date: SystemTime = UNIX_EPOCH + created.unwrap_or_default();
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .date(date)
        .message_id(Some(format!("<{}@{}>", queued.id, from.email.domain())))
        .subject(one_line(&letter.subject))
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| error.to_string())
}

/// A header has one line, whatever a name in it brought along.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(&format!(": {deeper}"));
        cause = deeper.source();
    }
    text
}

/// Written beside and then renamed, so that whoever watches the folder never reads half a letter.
async fn write_file(folder: &Path, queued: &Queued, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let name = file_name(queued.created_at, &queued.letter.recipient, &queued.id);
    let unfinished = folder.join(format!(".{name}.part"));
    tokio::fs::write(&unfinished, bytes).await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{name}.eml"))).await
}

/// When and to whom, then the end of the id, so that no two letters share a file.
fn file_name(created_at: Moment, recipient: &str, id: &str) -> String {
    let safe = |text: &str, most: usize| -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@');
        text.chars().map(|c| if plain(c) { c } else { '_' }).take(most).collect()
    };
    let time: String = clock::rfc3339(created_at).chars().take(19).collect();
    let end = &id[id.len().saturating_sub(8)..];
    format!("{}_{}_{}", safe(&time, 19), safe(recipient, 80), safe(end, 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Letter;
    use proptest::prelude::*;

    fn queued(recipient: &str, subject: &str) -> Queued {
        Queued {
            id: "0190-abc".to_owned(),
            letter: Letter {
                kind: "test".into(),
                about: "1".into(),
                recipient: recipient.into(),
                subject: subject.into(),
                text: "नमस्ते, ₹185.00".into(),
                html: "<p>नमस्ते</p>".into(),
            },
            created_at: 1_700_000_000_000,
            tries: 1,
        }
    }

    fn from() -> Mailbox {
        "Kirana <shop@localhost>".parse().unwrap()
    }

    /// Header lines, continued ones joined.
    fn headers(bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        head.replace("\r\n\t", " ").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_letter_has_what_mail_programs_want() {
        let message = compose(&from(), &queued("asha@example.in", "Thank you – धन्यवाद")).unwrap();
        let bytes = message.formatted();
        let headers = headers(&bytes);
        for wanted in [
            "From: Kirana <shop@localhost>",
            "To: asha@example.in",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000",
            "Message-ID: <0190-abc@localhost>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(headers.iter().any(|line| line == wanted), "{wanted} is missing: {headers:?}");
        }
        assert!(headers.iter().any(|l| l.starts_with("Subject: ") && l.contains("=?utf-8?b?")));
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii());
        assert!(text.contains("multipart/alternative"));
        assert!(text.contains("text/plain; charset=utf-8") && text.contains("text/html"));
    }

    #[test]
    fn a_name_with_line_breaks_adds_no_header() {
        let hostile = "Tea\r\nBcc: thief@example.com\r\n\r\nBuy now\u{0}\u{85}\nX-Y: z";
        let message = compose(&from(), &queued("asha@example.in", hostile)).unwrap();
        let headers = headers(&message.formatted());
        assert!(
            !headers.iter().any(|l| l.starts_with("Bcc") || l.starts_with("X-Y")),
            "{headers:?}"
        );
        assert_eq!(message.envelope().to().len(), 1);
    }

    #[test]
    fn an_address_that_is_none_is_given_up() {
        for bad in ["", "asha", "asha@example.in\r\nBcc: thief@example.com", "a@b, c@d", "<a@b.in>"]
        {
            assert!(compose(&from(), &queued(bad, "Hello")).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_named_by_time_and_recipient() {
        let name = file_name(1_700_000_000_000, "asha+tea@example.in", "0190-abc1234567");
        assert_eq!(name, "2023-11-15T03_43_20_asha_tea@example.in_c1234567");
    }

    proptest! {
        #[test]
        fn no_file_name_leaves_its_folder(recipient in ".{0,200}") {
            let name = file_name(0, &recipient, "0190-abc1234567");
            prop_assert!(name.is_ascii() && !name.contains('/') && name.len() < 120);
            prop_assert!(!name.starts_with('.'));
        }

        #[test]
        fn a_subject_is_one_line(subject in "(?s).{0,80}") {
            let message = compose(&from(), &queued("asha@example.in", &subject));
            let count = headers(&message.unwrap().formatted()).len();
            prop_assert_eq!(count, 8);
        }
    }
}
