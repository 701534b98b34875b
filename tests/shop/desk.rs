//! The desk's pages as a shopkeeper reads them: what was paid, what happened, and how to find it.

use crate::story::{HOME, Shop, Visitor};

/// The panel under this heading on the page that is open: its table's cells, row by row.
fn rows(visitor: &Visitor, heading: &str) -> Vec<Vec<String>> {
    let page = visitor.page.texts(&format!("[aria-label='{heading}'] tbody tr"));
    let columns = visitor.page.count(&format!("[aria-label='{heading}'] thead th"));
    let cells = visitor.page.texts(&format!("[aria-label='{heading}'] tbody td"));
    assert_eq!(cells.len(), page.len() * columns, "{heading}");
    cells.chunks(columns.max(1)).map(<[String]>::to_vec).collect()
}

/// What happened, in its order: heading and words of each entry.
fn timeline(visitor: &Visitor) -> Vec<(String, String)> {
    let of = |css: &str| visitor.page.texts(&format!("ol.timeline li {css}"));
    let (headings, words) = (of("strong"), of("p"));
    assert_eq!(headings.len(), words.len());
    headings.into_iter().zip(words).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orders_page_tells_its_payments_and_what_happened() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let (id, gateway_order) = (asha.order(), asha.gateway_order());
    let mut mira = shop.shopkeeper().await;
    let by_id = format!("/admin/orders/{id}");
    mira.opens(&by_id).await.got(200).sees("Not paid: it has no number and is in no sales figure.");
    assert_eq!(rows(&mira, "Payments"), Vec::<Vec<String>>::new());
    assert_eq!(timeline(&mira), [("Placed".to_owned(), "Total ₹419.00".to_owned())]);
    assert_eq!(
        rows(&mira, "Attempts")[0][..3],
        [
            format!(
                "{gateway_order} test , receipt {}",
                shop.text("select receipt from attempts").await
            ),
            "₹419.00 INR".to_owned(),
            "Open".to_owned(),
        ]
    );

    shop.gateway.pays(&gateway_order, "failure").await;
    let callback = asha.callback();
    let paid = shop.gateway.pays(&gateway_order, "success").await;
    asha.comes_back(&callback, &crate::story::signed(&paid)).await.is_at("/orders/K");
    let number = asha.number();
    let failed = shop.text("select id from payments where status = 'failed'").await;
    mira.opens(&format!("/admin/orders/{number}")).await.got(200).does_not_see("Not paid:");
    let mut payments = rows(&mira, "Payments");
    payments.sort_by(|a, b| a[2].cmp(&b[2]));
    assert_eq!(payments.len(), 2);
    for (row, id, state, role) in [
        (&payments[0], &paid.payment, "Captured", "Pays this order"),
        (&payments[1], &failed, "Failed", ""),
    ] {
        assert!(row[0].starts_with(id.as_str()), "{row:?}");
        assert_eq!((row[1].as_str(), row[2].as_str()), ("₹419.00 INR", state));
        assert!(row[4].starts_with(role), "{row:?}");
    }
    let booked = format!("₹419.00 by payment {}, number {number}", paid.payment);
    let expected = [("Placed", "Total ₹419.00"), ("Paid", booked.as_str())];
    let told = timeline(&mira);
    let told: Vec<_> = told.iter().map(|(kind, words)| (kind.as_str(), words.as_str())).collect();
    assert_eq!(told, expected);
    assert_eq!(rows(&mira, "Attempts")[0][2], "Paid");

    let form = mira.page.form("/do/admin/refund");
    mira.sends(form.with("amount", "19").with("words", "A dented tin")).await.got(200);
    let refund = &rows(&mira, "Refunds")[0];
    assert_eq!((refund[1].as_str(), refund[2].as_str()), ("₹19.00", "Intended tries: 0"));
    assert!(refund[0].contains(&paid.payment) && refund[4].contains("A dented tin"), "{refund:?}");
    let asked = format!(
        "desk@example.in asked to give ₹19.00 of payment {} back. “A dented tin”",
        paid.payment
    );
    assert_eq!(timeline(&mira).last(), Some(&("Refund".to_owned(), asked)));
}

/// The e-mail addresses of the list that is open.
fn found(visitor: &Visitor) -> Vec<String> {
    let mut found = visitor.page.texts("[aria-label=Orders] tbody td:nth-child(4)");
    found.sort();
    found
}

async fn places(shop: &Shop, email: &str) {
    let mut buyer = shop.visitor();
    buyer.adds("assam-tea", 1).await;
    let form = buyer.checkout_form(email, &HOME).await;
    buyer.sends(form).await.is_at("/checkout/pay/");
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_found_by_the_beginning_of_an_address() {
    let shop = Shop::open().await;
    for email in ["asha@example.in", "asha@example.in", "asha_r@example.in", "ashar@example.in"] {
        places(&shop, email).await;
    }
    places(&shop, "ravi%1@example.in").await;
    let mut mira = shop.shopkeeper().await;
    mira.opens("/admin/orders").await;
    assert_eq!(found(&mira).len(), 5);
    for (words, emails) in [
        ("asha@example.in", &["asha@example.in", "asha@example.in"][..]),
        (" Asha@Example.IN ", &["asha@example.in", "asha@example.in"]),
        ("asha_", &["asha_r@example.in"]),
        ("ravi%", &["ravi%1@example.in"]),
        ("ravi", &["ravi%1@example.in"]),
        // In the middle it is not looked for: that would read every order.
        ("example.in", &[]),
        ("%", &[]),
        ("_sha", &[]),
        ("' or 1=1 --", &[]),
    ] {
        let form = mira.opens("/admin/orders").await.page.all_forms();
        assert!(form.iter().any(|form| form.action == "/admin/orders" && form.has("q")));
        let query = crate::story::encode(&[("q", words), ("state", "")]);
        mira.opens(&format!("/admin/orders?{query}")).await.got(200);
        assert_eq!(found(&mira), emails, "{words}");
        let nothing = emails.is_empty();
        assert_eq!(mira.page.text().contains("No order was found."), nothing, "{words}");
    }
    let query = crate::story::encode(&[("q", "asha@"), ("state", "paid")]);
    mira.opens(&format!("/admin/orders?{query}")).await.sees("No order was found.");
}
