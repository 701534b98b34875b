//! The order room on a fresh database, and a sample order for the tests of its letters and pages.

use super::*;
use crate::config::Shop;
use crate::money::{Gst, Paise, TaxRate};
use crate::testing::fresh_db;

const NOW: i64 = 1_700_000_000_000;

pub(super) fn shop() -> Shop {
    crate::config::read(&|_| None).unwrap().shop
}

/// Two packets of tea, to Karnataka from Karnataka, with shipping.
fn draft(id: &str, email: &str) -> Draft {
    let mut lines = vec![Line {
        product_id: "p1".into(),
        slug: "assam-tea".into(),
        name: "Assam tea".into(),
        pack: "250 g".into(),
        picture: "/p/assam-tea.svg".into(),
        hsn: "0902".into(),
        quantity: 2,
        unit_price: Paise(18_500),
        unit_mrp: Paise(20_000),
        tax_rate: TaxRate(500),
        gst: Gst::default(),
        total: Paise::ZERO,
    }];
    let totals = price(&mut lines, &shop(), "29").unwrap();
    Draft {
        id: id.into(),
        placement_key: format!("key of {id}"),
        user_id: None,
        cart_id: format!("cart of {id}"),
        email: email.into(),
        ship_to: ShipTo {
            name: "Asha Rao".into(),
            phone: "+919876543210".into(),
            line1: "12 MG Road".into(),
            city: "Bengaluru".into(),
            state: "29".into(),
            pin: "560001".into(),
            ..ShipTo::default()
        },
        lines,
        totals,
        expires_at: NOW + 1_800_000,
    }
}

pub(super) fn paid_order() -> Order {
    let draft = draft("order-1", "asha@example.in");
    Order {
        content_hash: content_hash(&draft),
        id: draft.id,
        number: Some("K2026-00001".into()),
        state: State::Paid,
        version: 2,
        user_id: None,
        cart_id: draft.cart_id,
        email: draft.email,
        ship_to: draft.ship_to,
        subtotal: draft.totals.subtotal,
        shipping: draft.totals.shipping,
        gst: draft.totals.gst,
        savings: draft.totals.savings,
        total: draft.totals.total,
        placed_at: NOW,
        expires_at: draft.expires_at,
        paid_at: Some(NOW),
        lines: draft.lines,
    }
}

#[tokio::test]
async fn a_placed_order_is_read_back_as_it_was_agreed() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let draft = draft("o1", "asha@example.in");
    service::place(&mut c, &draft, NOW).await.unwrap();
    let order = service::find(&mut c, "o1").await.unwrap().unwrap();
    assert_eq!((order.state, &order.number), (State::AwaitingPayment, &None));
    assert_eq!((&order.lines, &order.ship_to), (&draft.lines, &draft.ship_to));
    assert_eq!((order.total, order.gst), (draft.totals.total, draft.totals.gst));
    assert_eq!(order.content_hash, content_hash(&draft));
    let events = service::list_events(&mut c, "o1").await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].version), ("placed", 1));
}

#[tokio::test]
async fn ids_that_no_order_has_are_not_found() {
    let db = fresh_db().await;
    let mut c = db.read.acquire().await.unwrap();
    for id in ["", "o\0", "o1 ", "' or '1'='1", "चाय", &"a".repeat(100_000)] {
        assert!(service::find(&mut c, id).await.unwrap().is_none());
        assert!(service::find_by_number(&mut c, id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn the_desk_finds_orders_by_state_number_and_address() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    for (id, email) in [("o1", "asha@example.in"), ("o2", "ravi@example.in"), ("o3", "a_b@b.in")] {
        service::place(&mut c, &draft(id, email), NOW).await.unwrap();
    }
    assert!(queries::update_paid(&mut c, "o1", "K2026-00001", NOW).await.unwrap());
    assert!(queries::update_ended(&mut c, "o3", State::Expired).await.unwrap());
    let mut found = async |state: Option<State>, text: &str| {
        let find = Find { state, text: text.to_owned(), page: 1 };
        let (heads, more) = service::list_found(&mut c, &find).await.unwrap();
        assert!(!more);
        let mut ids: Vec<String> = heads.into_iter().map(|head| head.id).collect();
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(found(None, "").await, "o1 o2 o3");
    assert_eq!(found(Some(State::AwaitingPayment), "").await, "o2");
    assert_eq!(found(None, "k2026-00001").await, "o1");
    assert_eq!(found(None, "ASHA@example.in").await, "o1");
    assert_eq!(found(None, "rav").await, "o2");
    assert_eq!(found(None, "a_b").await, "o3");
    for nothing in ["%", "_", "!", "a%", "' or 1=1 --", "\\", "chai ☕"] {
        assert_eq!(found(None, nothing).await, "", "{nothing}");
    }
}

#[tokio::test]
async fn orders_are_counted_by_state_and_only_paid_ones_are_sales() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    assert!(service::count_by_state(&mut c).await.unwrap().iter().all(|tally| tally.orders == 0));
    for id in ["o1", "o2", "o3"] {
        service::place(&mut c, &draft(id, "asha@example.in"), NOW).await.unwrap();
    }
    for (id, number) in [("o1", "K2026-00001"), ("o2", "K2026-00002")] {
        assert!(queries::update_paid(&mut c, id, number, NOW).await.unwrap());
    }
    let tallies = service::count_by_state(&mut c).await.unwrap();
    let states: Vec<State> = tallies.iter().map(|tally| tally.state).collect();
    assert_eq!(states, State::ALL);
    assert_eq!((tallies[0].orders, tallies[0].total), (1, Paise(41_900)));
    assert_eq!((tallies[1].orders, tallies[1].total), (2, Paise(83_800)));
    assert_eq!((tallies[2].orders, tallies[2].total), (0, Paise::ZERO));
}
