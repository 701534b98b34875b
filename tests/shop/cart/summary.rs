//! What the cart's page says that it all comes to.

use crate::story::{Shop, Visitor};

/// The summary on the page that is open: each name with its value.
fn summary(visitor: &Visitor) -> Vec<(String, String)> {
    let (names, values) =
        (visitor.page.texts("dl.summary dt"), visitor.page.texts("dl.summary dd"));
    assert_eq!(names.len(), values.len());
    names.into_iter().zip(values).collect()
}

#[track_caller]
fn says(visitor: &Visitor, expected: &[(&str, &str)]) {
    let said = summary(visitor);
    let said: Vec<_> = said.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(said, expected, "at {}", visitor.page.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn savings_and_tax_are_told_to_the_paisa() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("soan-papdi", 1).await.adds("cow-ghee", 3).await;
    asha.opens("/cart").await;
    // Inside the price: of ₹370.00 and of ₹99.00 at 5 %, of ₹1,860.00 at 12 %, each line's two
    // halves rounded by themselves: 2 × (881 + 236 + 9964) paise. Below the printed prices by
    // 2 × ₹15.00 + 0 + 3 × ₹30.00.
    says(
        &asha,
        &[
            ("Items", "6"),
            ("You save", "₹120.00"),
            ("GST included", "₹221.62"),
            ("Subtotal", "₹2,329.00"),
        ],
    );
    asha.opens("/checkout").await;
    says(
        &asha,
        &[
            ("Subtotal", "₹2,329.00"),
            ("Shipping", "Free"),
            ("You save", "₹120.00"),
            ("To pay", "₹2,329.00"),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_saved_nothing_is_said_of_saving() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("soan-papdi", 2).await.opens("/cart").await;
    // Two halves of 471.43 paise.
    says(&asha, &[("Items", "2"), ("GST included", "₹9.42"), ("Subtotal", "₹198.00")]);
    asha.opens("/checkout").await;
    says(&asha, &[("Subtotal", "₹198.00"), ("Shipping", "₹49.00"), ("To pay", "₹247.00")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sold_any_more_counts_in_none_of_the_sums() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("soan-papdi", 2).await;
    shop.meddles("update products set withdrawn_at = 1 where slug = 'assam-tea'").await;
    asha.opens("/cart").await;
    let sums: Vec<_> = summary(&asha).into_iter().filter(|(name, _)| name != "Items").collect();
    let said: Vec<_> = sums.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(said, [("GST included", "₹9.42"), ("Subtotal", "₹198.00")]);
}
