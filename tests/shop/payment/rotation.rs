//! Keys and secrets are changed without a gap: what was begun with the old ones still counts.

use super::webhooks::{deliver_signed_with, news_of_a_payment};
use crate::story::{PREVIOUS_SECRET, Shop, WEBHOOK_SECRET, signed};
use kirana::config::{Config, DEMO_KEY_SECRET, Secret};

fn secret(text: &str) -> Secret {
    Secret(text.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signed_with_the_previous_secret_opens_its_order() {
    let shop = Shop::open_with(&[("SESSION_SECRET", "first-first-first-first-first-first")]).await;
    let page = shop.visitor().buys("assam-tea", 1).await.page.path.clone();
    let second = Some(secret("second-second-second-second-second"));
    let rolled = Config {
        session_secret: second.clone(),
        session_secret_previous: Some(secret("first-first-first-first-first-first")),
        ..shop.config.clone()
    };
    shop.starts_with(&rolled).await;
    shop.visitor().opens(&page).await.got(200).sees("Thank you, Asha");
    shop.starts_with(&Config { session_secret: second, ..shop.config.clone() }).await;
    shop.visitor().opens(&page).await.got(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_signed_with_the_rolled_key_counts_as_signed() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let paid = shop.gateway.pays(&asha.gateway_order(), "success").await;
    let mut rolled = shop.config.clone();
    rolled.gateway.key_secret_previous = Some(secret(DEMO_KEY_SECRET));
    shop.starts_with(&rolled).await;
    let callback = asha.callback();
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    assert_eq!(shop.text("select paid_by from attempts").await, "return");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_return_only_hastens_the_question() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let mut paid = shop.gateway.pays(&asha.gateway_order(), "success").await;
    paid.signature = "0".repeat(64);
    let callback = asha.callback();
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    assert_eq!(shop.text("select paid_by from attempts").await, "unsigned return");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_no_longer_named_signs_nothing() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let mut changed = shop.config.clone();
    assert_eq!(changed.gateway.webhook_secrets.len(), 2);
    changed.gateway.webhook_secrets.truncate(1);
    shop.starts_with(&changed).await;
    assert_eq!(deliver_signed_with(&shop, PREVIOUS_SECRET, &body, &event).await, 401);
    assert_eq!(shop.count("gateway_events").await, 0);
    assert_eq!(deliver_signed_with(&shop, WEBHOOK_SECRET, &body, &event).await, 200);
}
