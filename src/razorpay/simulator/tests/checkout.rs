//! The customer's pages, pressed the way a browser without script would.

use super::*;
use crate::razorpay::signature::verify_return;
use scraper::{Html, Selector};
use std::collections::BTreeMap;

type Fields = BTreeMap<String, String>;

struct Screen {
    status: u16,
    headers: reqwest::header::HeaderMap,
    html: String,
}

impl Screen {
    fn text(&self) -> String {
        let page = Html::parse_document(&self.html);
        let main = page.select(&Selector::parse("main").unwrap()).next().unwrap();
        main.text().collect::<Vec<_>>().join(" ")
    }

    /// The hidden fields of the form that leads to `action`.
    fn form(&self, action: &str) -> Fields {
        let page = Html::parse_document(&self.html);
        let inputs = format!("form[action=\"{action}\"] input[type=hidden]");
        page.select(&Selector::parse(&inputs).unwrap())
            .map(|input| {
                let value = |name| input.value().attr(name).unwrap().to_owned();
                (value("name"), value("value"))
            })
            .collect()
    }

    fn body_attr(&self, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.html);
        let body = page.select(&Selector::parse("body").unwrap()).next().unwrap();
        body.value().attr(name).map(str::to_owned)
    }
}

const BACK: &str = "http://127.0.0.1:3000/razorpay/callback?order=1";

fn visit(order: &Order) -> Fields {
    let fields = [
        ("key_id", KEY),
        ("order_id", order.id.as_str()),
        ("amount", "1"),
        ("currency", "INR"),
        ("name", "Kirana <b>&\"'"),
        ("description", "Order"),
        ("prefill[email]", "a@example.com"),
        ("notes[kirana]", "1"),
        ("callback_url", BACK),
        ("cancel_url", "http://127.0.0.1:3000/checkout"),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Stage {
    async fn screen(&self, request: reqwest::RequestBuilder) -> Screen {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Screen { status, headers, html: answer.text().await.unwrap() }
    }

    async fn embedded(&self, fields: &Fields) -> Screen {
        let address = format!("{}/v1/checkout/embedded", self.url);
        self.screen(self.http.post(address).form(fields)).await
    }

    async fn press(&self, from: &Screen, more: &[(&str, &str)]) -> Screen {
        let mut fields = from.form("/v1/checkout/pay");
        fields.extend(more.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        self.screen(self.http.post(format!("{}/v1/checkout/pay", self.url)).form(&fields)).await
    }
}

#[tokio::test]
async fn success_returns_by_a_signed_form() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(12_345_600, "H-1").await;
    let first = stage.embedded(&visit(&order)).await;
    assert_eq!(first.status, 200);
    let policy = first.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:3000"));
    assert!(!first.html.contains("<b>") && first.text().contains("₹1,23,456.00"));

    let paid = stage.press(&first, &[("press", "success"), ("method", "upi")]).await;
    let fields = paid.form(&BACK.replace('&', "&amp;"));
    let secret = ApiSecret::new(SECRET);
    let (payment, signature) = (&fields["razorpay_payment_id"], &fields["razorpay_signature"]);
    let back = verify_return(&secret, &order.id, payment, signature).unwrap();
    assert_eq!(fields["razorpay_order_id"], order.id.as_str());
    let payment = stage.client.fetch_payment(back.payment_id()).await.unwrap();
    assert_eq!(payment.email.as_deref(), Some("a@example.com"));
    assert_eq!(payment.notes.get("kirana"), Some("1"));

    let twice = stage.press(&first, &[("press", "success"), ("method", "upi")]).await;
    assert_eq!(twice.status, 409);
    assert!(twice.text().contains("already paid") && twice.text().contains("Back to"));
    stage.close().await;
}

#[tokio::test]
async fn failure_can_be_tried_again_or_taken_to_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(49_900, "H-2").await;
    let first = stage.embedded(&visit(&order)).await;
    let poor = [("press", "failure"), ("method", "card"), ("card", "4100 2800 0008 0001")];
    let failed = stage.press(&first, &poor).await;
    let fields = failed.form(BACK);
    assert_eq!(fields["error[reason]"], "insufficient_fund");
    let metadata: Value = serde_json::from_str(&fields["error[metadata]"]).unwrap();
    assert_eq!(metadata["order_id"], order.id.as_str());

    let again = stage.press(&failed, &[("press", "again")]).await;
    let wrong = [("press", "pay"), ("method", "card"), ("card", "4111111111111111")];
    let wrong = stage.press(&again, &wrong).await;
    assert!(wrong.status == 422 && wrong.text().contains("not a test card"));
    let card = [("press", "pay"), ("method", "card"), ("card", "4100280000001007")];
    let asked = stage.press(&wrong, &card).await;
    let refused = stage.press(&asked, &[("press", "otp"), ("otp", "12")]).await;
    assert!(refused.text().contains("one-time password was wrong"));
    let paid = stage.press(&asked, &[("press", "otp"), ("otp", "1234")]).await;
    assert!(paid.text().contains("Return to Kirana"));
    let order = stage.client.fetch_order(&order.id).await.unwrap();
    assert_eq!(order.attempts, 3);
    stage.close().await;
}

#[tokio::test]
async fn a_payment_may_never_return_to_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(49_900, "H-6").await;
    let first = stage.embedded(&visit(&order)).await;
    let lost = stage.press(&first, &[("press", "vanish"), ("method", "upi")]).await;
    assert!(lost.status == 200 && lost.form(BACK).is_empty());
    let mut framed = visit(&stage.order(49_900, "H-7").await);
    framed.insert("parent".into(), "http://127.0.0.1:3000".into());
    let address = format!("{}/v1/checkout/frame", stage.url);
    let first = stage.screen(stage.http.get(address).query(&framed)).await;
    let lost = stage.press(&first, &[("press", "vanish"), ("method", "upi")]).await;
    assert_eq!(lost.body_attr("data-event"), None);
    let statuses = stage.get("/v1/payments").await.1["items"].as_array().unwrap().clone();
    assert!(statuses.len() == 2 && statuses.iter().all(|one| one["status"] == "captured"));
    stage.close().await;
}

#[tokio::test]
async fn leaving_is_a_plain_get_to_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(49_900, "H-3").await;
    let first = stage.embedded(&visit(&order)).await;
    let left = stage.press(&first, &[("press", "cancel")]).await;
    assert_eq!(left.status, 303);
    assert_eq!(left.headers["location"], "http://127.0.0.1:3000/checkout");

    let mut asking = visit(&order);
    asking.insert("confirm".into(), "1".into());
    let first = stage.embedded(&asking).await;
    let sure = stage.press(&first, &[("press", "cancel")]).await;
    assert!(sure.status == 200 && sure.text().contains("without paying?"));
    assert_eq!(stage.press(&sure, &[("press", "leave")]).await.status, 303);

    let mut lost = visit(&order);
    lost.remove("cancel_url");
    let first = stage.embedded(&lost).await;
    let left = stage.press(&first, &[("press", "cancel")]).await;
    assert_eq!(left.form(BACK)["error[reason]"], "payment_cancelled");
    assert_eq!(stage.client.fetch_order(&order.id).await.unwrap().attempts, 0);
    stage.close().await;
}

#[tokio::test]
async fn wrong_keys_and_orders_get_a_page_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(49_900, "H-4").await;
    for (name, value, status) in [
        ("key_id", "rzp_test_other", 401),
        ("order_id", "order_AAAAAAAAAAAAAA", 404),
        ("order_id", "<script>", 404),
        ("order_id", "", 404),
    ] {
        let mut fields = visit(&order);
        fields.insert(name.into(), value.into());
        let screen = stage.embedded(&fields).await;
        assert_eq!(screen.status, status, "{name}={value}");
        assert!(!screen.html.contains("<script>") && screen.text().contains("Back to Kirana"));
    }
    stage.close().await;
}

#[tokio::test]
async fn the_frame_tells_the_page_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(49_900, "H-5").await;
    let mut fields = visit(&order);
    fields.insert("parent".into(), "http://127.0.0.1:3000".into());
    let address = format!("{}/v1/checkout/frame", stage.url);
    let first = stage.screen(stage.http.get(address).query(&fields)).await;
    let policy = first.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors http://127.0.0.1:3000"));

    let failed = stage.press(&first, &[("press", "failure"), ("method", "upi")]).await;
    assert_eq!(failed.body_attr("data-event").as_deref(), Some("failed"));
    let paid = stage.press(&failed, &[("press", "success"), ("method", "upi")]).await;
    assert_eq!(paid.body_attr("data-parent").as_deref(), Some("http://127.0.0.1:3000"));
    let detail: Value = serde_json::from_str(&paid.body_attr("data-detail").unwrap()).unwrap();
    let secret = ApiSecret::new(SECRET);
    let (payment, signature) = (&detail["razorpay_payment_id"], &detail["razorpay_signature"]);
    let back = (payment.as_str().unwrap(), signature.as_str().unwrap());
    assert!(verify_return(&secret, &order.id, back.0, back.1).is_ok());

    for (path, kind) in [
        ("/v1/checkout.js", "text/javascript; charset=utf-8"),
        ("/v1/checkout/page.js", "text/javascript; charset=utf-8"),
        ("/v1/checkout/style.css", "text/css; charset=utf-8"),
    ] {
        let asset = stage.screen(stage.http.get(format!("{}{path}", stage.url))).await;
        assert_eq!((asset.status, asset.headers["content-type"].to_str().unwrap()), (200, kind));
    }
    stage.close().await;
}
