//! Text stays text: whatever a product, a name or an address is called.

use crate::story::{Page, Shop};
use kirana::catalogue::{NewProduct, service};
use kirana::money::{Paise, TaxRate};

const NAME: &str = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";

/// No element came to be from text.
fn is_unharmed(page: &Page) {
    for element in ["script", "img", "svg", "iframe", "base"] {
        let odd =
            page.attributes(element, "onerror").len() + page.attributes(element, "onload").len();
        assert_eq!(odd, 0, "{} has a live {element}", page.path);
    }
    for script in page.texts("script") {
        assert!(script.is_empty(), "{}: {script}", page.path);
    }
    assert!(!page.body.contains("<img src=x"), "{}", page.path);
    assert!(!page.body.contains("<script>"), "{}", page.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_product_name_is_only_a_name() {
    let shop = Shop::open().await;
    let mut connection = shop.db.write.acquire().await.unwrap();
    let product = NewProduct {
        category_id: shop.text("select id from categories").await,
        slug: "hostile".into(),
        name: NAME.into(),
        description: NAME.into(),
        pack: NAME.into(),
        pictures: vec![format!("/pictures/{NAME}.svg")],
        price: Paise(10_000),
        mrp: Paise(10_000),
        tax_rate: TaxRate(500),
        hsn: NAME.into(),
        stock: 50,
    };
    let now = shop.clock.now();
    service::put_product(&mut connection, &product, now).await.unwrap();
    drop(connection);

    let mut asha = shop.visitor();
    for path in ["/", "/products", "/products?q=alert", "/products/hostile"] {
        is_unharmed(&asha.opens(path).await.got(200).page);
        asha.sees("alert(1)");
    }
    assert!(asha.page.texts("title").concat().contains("<script>"), "as words in the title");
    is_unharmed(&asha.adds("hostile", 2).await.sees("alert(1)").page);
    is_unharmed(&asha.opens("/checkout").await.sees("alert(1)").page);
    let form = asha.page.form("/do/checkout/place").filled(&crate::story::HOME);
    asha.sends(form.with("email", "asha@example.in")).await.is_at("/checkout/pay/");
    is_unharmed(&asha.page);
    is_unharmed(&asha.pays().await.is_at("/orders/K").sees("alert(1)").page);
    let html = shop.text("select html_body from letters").await;
    assert!(!html.contains("<script>") && !html.contains("<img src=x"), "{html}");
    let mut desk = shop.shopkeeper().await;
    let number = asha.number();
    is_unharmed(&desk.opens(&format!("/admin/orders/{number}")).await.sees("alert(1)").page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_address_is_only_an_address() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let text = "</textarea><script>alert(1)</script>\"'>";
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &crate::story::HOME).await;
    let form = ["name", "line1", "line2", "landmark", "city"]
        .iter()
        .fold(form, |form, name| form.with(name, text));
    // First with a mistake, so that all of it is shown again in the form.
    asha.sends(form.clone().with("pin", "x")).await.is_at("/checkout");
    is_unharmed(&asha.page);
    let again = asha.page.form("/do/checkout/place");
    assert_eq!(again.value("line1"), text, "shown as it was typed");
    asha.sends(form).await.is_at("/checkout/pay/").sees("alert(1)");
    is_unharmed(&asha.page);
    is_unharmed(&asha.pays().await.is_at("/orders/K").page);
    let html = shop.text("select html_body from letters").await;
    assert!(!html.contains("<script>"), "{html}");
}
