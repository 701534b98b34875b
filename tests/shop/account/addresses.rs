//! Where things go: kept, changed, deleted, at most twenty, nobody else's.

use crate::story::{AWAY, HOME, Shop, Visitor, all_at_once};

const LIST: &str = "/account/addresses";

async fn ids(shop: &Shop) -> Vec<String> {
    shop.texts("select id from addresses order by created_at, id").await
}

/// Presses the button of one address on the list.
async fn presses(visitor: &mut Visitor, action: &str, id: &str) {
    let forms = visitor.opens(LIST).await.page.forms(action);
    let form = forms.into_iter().find(|form| form.value("id") == id).unwrap();
    visitor.sends(form).await.is_at(LIST);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_kept_in_one_form_and_shown() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.opens(LIST).await.sees("No address yet");
    let typed = [("phone", "+91-98765-43210"), ("pin", "560 001"), ("landmark", "the lake")];
    let form = asha.opens("/account/addresses/new").await.page.form("/do/address/add");
    asha.sends(form.filled(&HOME).filled(&typed)).await.is_at(LIST);
    asha.sees("Your address is saved.").sees("12, MG Road").sees("Bengaluru 560001");
    asha.sees("Karnataka").sees("Landmark: the lake").sees("+91 98765 43210").sees("Default");
    assert_eq!(shop.count("addresses where phone = '+919876543210' and pin = '560001'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_field_is_named() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    for (field, bad) in [
        ("name", ""),
        ("phone", "12345"),
        ("line1", ""),
        ("city", ""),
        ("pin", "060001"),
        ("pin", "400001"),
        ("pin", "5600011"),
        ("state", "77"),
        ("state", ""),
    ] {
        let form = asha.opens("/account/addresses/new").await.page.form("/do/address/add");
        asha.sends(form.filled(&HOME).with(field, bad)).await.is_at("/account/addresses/new");
        let wrong = asha.page.attributes("[aria-invalid=true]", "name");
        assert_eq!(wrong, [field], "{field} = {bad}");
        assert_eq!(asha.page.form("/do/address/add").value("line2"), "");
    }
    assert_eq!(shop.count("addresses").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_moves_and_is_always_one() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    for address in [&HOME, &AWAY, &HOME] {
        asha.keeps_an_address(address).await;
        shop.passes(1).await;
    }
    let ids = ids(&shop).await;
    let default = "select id from addresses where default_since is not null";
    assert_eq!(shop.text(default).await, ids[0]);
    presses(&mut asha, "/do/address/default", &ids[1]).await;
    assert_eq!(shop.text(default).await, ids[1]);
    asha.adds("assam-tea", 1).await.opens("/checkout").await;
    assert_eq!(asha.page.form("/do/checkout/place").value("address"), ids[1]);
    presses(&mut asha, "/do/address/delete", &ids[1]).await;
    assert_eq!(shop.text(default).await, ids[2], "the newest of the others");
    presses(&mut asha, "/do/address/delete", &ids[2]).await;
    presses(&mut asha, "/do/address/delete", &ids[0]).await;
    asha.sees("No address yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_addresses_are_the_most_however_fast_they_come() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let form = asha.opens("/account/addresses/new").await.page.form("/do/address/add");
    let form = form.filled(&HOME);
    let deeds = (0..25).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        async move { tab.posts(&form.action, form.fields()).await.led_to().to_owned() }
    });
    let ends = all_at_once(deeds).await;
    assert_eq!(ends.iter().filter(|to| *to == LIST).count(), 20, "{ends:?}");
    assert_eq!(shop.count("addresses").await, 20);
    assert_eq!(shop.count("addresses where default_since is not null").await, 1);
    asha.sends(form).await.sees("You have 20 addresses already. Please delete one first.");
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_address_is_not_found_in_any_way() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let mut eve = shop.customer("eve@example.in").await;
    asha.keeps_an_address(&HOME).await;
    let id = ids(&shop).await.remove(0);
    eve.opens(&format!("{LIST}/{id}")).await.got(404).does_not_see("MG Road");
    let mut fields = AWAY.to_vec();
    fields.push(("id", &id));
    for action in ["/do/address/change", "/do/address/delete", "/do/address/default"] {
        eve.posts(action, &fields).await.got(404).does_not_see("MG Road");
    }
    for odd in ["", "x", "'", "../..", &"9".repeat(5_000)] {
        eve.posts("/do/address/delete", &[("id", odd)]).await.got(404);
    }
    asha.opens(LIST).await.sees("12, MG Road").sees("Default");
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_or_deleting_an_address_changes_no_order() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.keeps_an_address(&HOME).await.adds("assam-tea", 1).await.opens("/checkout").await;
    let form = asha.page.form("/do/checkout/place");
    asha.sends(form).await.is_at("/checkout/pay/").sees("MG Road").pays().await;
    let order = asha.page.path.clone();
    let id = ids(&shop).await.remove(0);
    let form = asha.opens(&format!("{LIST}/{id}")).await.page.form("/do/address/change");
    assert_eq!(form.value("line1"), "12, MG Road");
    asha.sends(form.filled(&AWAY)).await.is_at(LIST).sees("Marine Drive");
    asha.opens(&order).await.sees("MG Road").does_not_see("Marine Drive");
    presses(&mut asha, "/do/address/delete", &id).await;
    asha.opens(&order).await.got(200).sees("MG Road").sees("Bengaluru");
    assert_eq!(shop.count("orders where place_of_supply = '29'").await, 1);
}
