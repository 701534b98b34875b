//! Bad input at every form of the room: a clear answer, no fault, nothing written.

use super::site::Site;
use axum::http::StatusCode;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestRunner};

const FORMS: [&str; 8] = [
    "/do/account/sign-up",
    "/do/account/confirm",
    "/do/account/sign-in",
    "/do/account/forgot",
    "/do/account/reset",
    "/do/account/profile",
    "/do/account/password",
    "/do/account/email-check",
];

const FIELDS: [&str; 9] = [
    "name",
    "email",
    "phone",
    "password",
    "current",
    "new_password",
    "token",
    "next",
    "email_sure",
];

/// `</textarea><script>`, quotes, a mark that turns the direction of reading.
const HOSTILE: &str = "%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%E2%80%AE";

async fn rows(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["users", "sign_ups", "password_resets", "letters", "letter_requests"] {
        counts.push(site.count(table).await);
    }
    counts
}

#[tokio::test]
async fn hostile_text_is_refused_or_shown_as_text() {
    let site = Site::open().await;
    let mut visitor = site.customer("asha@example.com").await;
    let before = rows(&site).await;
    let form: Vec<String> = FIELDS.iter().map(|field| format!("{field}={HOSTILE}")).collect();
    for door in FORMS {
        let seen = visitor.post(door, form.join("&")).await;
        assert!(seen.status.as_u16() < 500, "{door}: {}", seen.body);
        assert!(!seen.body.contains("<script>alert"), "{door}");
        if seen.status == StatusCode::SEE_OTHER {
            let page = visitor.get(&seen.to).await;
            assert!(page.status.as_u16() < 500, "{door}");
            assert!(!page.body.contains("<script>alert"), "{door}");
        }
    }
    assert_eq!(rows(&site).await, before);
}

#[tokio::test]
async fn forms_of_the_wrong_shape_are_refused() {
    let site = Site::open().await;
    let mut visitor = site.customer("asha@example.com").await;
    let before = rows(&site).await;
    let long = format!("email={}", "a".repeat(100_000));
    for door in FORMS {
        for (form, status) in [
            ("email=a%40example.com&email=b%40example.com", 400),
            ("email=%00", 400),
            ("password=%FF", 400),
            (long.as_str(), 413),
        ] {
            let seen = visitor.post(door, form).await;
            assert!(matches!(seen.status.as_u16(), s if s == status), "{door} {}", seen.status);
        }
        assert_eq!(visitor.get(door).await.status, StatusCode::METHOD_NOT_ALLOWED, "{door}");
        assert!(visitor.post(door, "").await.status.as_u16() < 500, "{door}");
    }
    assert_eq!(rows(&site).await, before);
}

#[tokio::test]
async fn pages_bear_any_query() {
    let site = Site::open().await;
    let mut visitor = site.browser();
    let long = "x".repeat(5_000);
    for page in ["/sign-in", "/sign-up", "/sign-up/sent", "/sign-up/confirm", "/forgot", "/reset"] {
        for query in ["", "?token=", "?next=&token=%00", "?token=a&token=b", "?next=%FF", &long] {
            let query = if query.starts_with('x') { format!("?next={long}") } else { query.into() };
            let seen = visitor.get(&format!("{page}{query}")).await;
            assert!(seen.status.as_u16() < 500, "{page}{query} {}", seen.status);
        }
    }
}

/// Any bytes in any field: never a fault, never a row.
#[test]
fn any_form_is_answered() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let site = runtime.block_on(Site::open());
    let mut visitor = runtime.block_on(site.customer("asha@example.com"));
    let before = runtime.block_on(rows(&site));
    let field = (0..FIELDS.len(), any::<Vec<u8>>());
    // Each comes from an address of its own, or the rate limits would answer in the forms' place.
    let form = (0..FORMS.len(), proptest::collection::vec(field, 0..6), any::<[u8; 4]>());
    let form = form.prop_map(|(door, fields, peer)| {
        let encode = |(name, bytes): (usize, Vec<u8>)| {
            let all = percent_encoding::NON_ALPHANUMERIC;
            format!("{}={}", FIELDS[name], percent_encoding::percent_encode(&bytes, all))
        };
        (FORMS[door], fields.into_iter().map(encode).collect::<Vec<_>>().join("&"), peer)
    });
    let mut runner =
        TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&form, |(door, form, peer)| {
        let mut visitor = visitor.clone();
        visitor.peer = peer;
        let seen = runtime.block_on(visitor.post(door, form));
        proptest::prop_assert!(seen.status.as_u16() < 500, "{}", seen.body);
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(runtime.block_on(rows(&site)), before);
    assert!(runtime.block_on(visitor.is_signed_in()));
}
