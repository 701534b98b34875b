//! What an order costs: pure reckoning over frozen lines, in whole paise.

use super::{Line, ShipTo};
use crate::config::Shop;
use crate::money::{Gst, Paise};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub subtotal: Paise,
    pub shipping: Paise,
    /// The tax inside subtotal and shipping.
    pub gst: Gst,
    pub savings: Paise,
    pub total: Paise,
}

/// Fills in each line's tax and sums up. `to_state` decides between CGST + SGST and IGST (IGST Act,
/// section 10: the place of supply is where the goods end their way). `None` past the range of i64.
pub fn price(lines: &mut [Line], shop: &Shop, to_state: &str) -> Option<Totals> {
    let same_state = to_state == shop.state;
    let mut totals = Totals::default();
    for line in lines.iter_mut() {
        line.total = line.unit_price.times(line.quantity)?;
        line.gst = Gst::inside(line.total, line.tax_rate, same_state)?;
        totals.subtotal = totals.subtotal.plus(line.total)?;
        totals.gst = totals.gst.plus(line.gst)?;
        let saved = line.unit_mrp.minus(line.unit_price)?.times(line.quantity)?;
        totals.savings = totals.savings.plus(Paise(saved.0.max(0)))?;
    }
    totals.shipping = shipping(shop, totals.subtotal);
    let on_shipping = Gst::inside(totals.shipping, shop.shipping_tax, same_state)?;
    totals.gst = totals.gst.plus(on_shipping)?;
    totals.total = totals.subtotal.plus(totals.shipping)?;
    Some(totals)
}

/// The flat fee, or nothing from the threshold on.
pub fn shipping(shop: &Shop, subtotal: Paise) -> Paise {
    if subtotal >= shop.shipping_free_from { Paise::ZERO } else { shop.shipping }
}

/// A fingerprint of what is agreed: the same lines, prices, place and person give the same text, so
/// that pressing twice finds the same order and a frozen copy can be checked later.
pub fn content_hash(draft: &super::Draft) -> String {
    fingerprint(&Agreed {
        user_id: draft.user_id.as_deref(),
        email: &draft.email,
        ship_to: &draft.ship_to,
        lines: &draft.lines,
        shipping: draft.totals.shipping,
        total: draft.totals.total,
    })
}

/// Is the order still what was agreed when it was placed?
pub fn is_as_agreed(order: &super::Order) -> bool {
    let now = fingerprint(&Agreed {
        user_id: order.user_id.as_deref(),
        email: &order.email,
        ship_to: &order.ship_to,
        lines: &order.lines,
        shipping: order.shipping,
        total: order.total,
    });
    now == order.content_hash
}

struct Agreed<'a> {
    user_id: Option<&'a str>,
    email: &'a str,
    ship_to: &'a ShipTo,
    lines: &'a [Line],
    shipping: Paise,
    total: Paise,
}

fn fingerprint(agreed: &Agreed<'_>) -> String {
    let mut hash = Sha256::new();
    let mut feed = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    };
    feed(agreed.user_id.unwrap_or(""));
    feed(agreed.email);
    let to = agreed.ship_to;
    for part in
        [&to.name, &to.phone, &to.line1, &to.line2, &to.landmark, &to.city, &to.state, &to.pin]
    {
        feed(part);
    }
    let mut lines: Vec<_> = agreed.lines.iter().collect();
    lines.sort_by(|a, b| a.product_id.cmp(&b.product_id));
    for line in lines {
        feed(&line.product_id);
        feed(&line.name);
        for number in [line.quantity, line.unit_price.0, line.unit_mrp.0, line.tax_rate.0] {
            feed(&number.to_string());
        }
    }
    feed(&agreed.shipping.0.to_string());
    feed(&agreed.total.0.to_string());
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::TaxRate;

    fn shop() -> Shop {
        crate::config::read(&|_| None).unwrap().shop
    }

    fn line(quantity: i64, price: i64, rate: i64) -> Line {
        Line {
            product_id: "p".into(),
            slug: "p".into(),
            name: "P".into(),
            pack: String::new(),
            picture: String::new(),
            hsn: "0902".into(),
            quantity,
            unit_price: Paise(price),
            unit_mrp: Paise(price + 10),
            tax_rate: TaxRate(rate),
            gst: Gst::default(),
            total: Paise::ZERO,
        }
    }

    #[test]
    fn shipping_is_free_from_the_threshold() {
        let mut lines = [line(1, 49_899, 500)];
        assert_eq!(price(&mut lines, &shop(), "29").unwrap().shipping, Paise(4_900));
        let mut lines = [line(1, 49_900, 500)];
        let totals = price(&mut lines, &shop(), "29").unwrap();
        assert_eq!((totals.shipping, totals.total), (Paise::ZERO, Paise(49_900)));
    }

    #[test]
    fn the_place_of_supply_decides_the_kind_of_tax() {
        let mut lines = [line(2, 18_500, 500)];
        let near = price(&mut lines, &shop(), "29").unwrap().gst;
        assert_eq!((near.cgst, near.igst), (near.sgst, Paise::ZERO));
        let far = price(&mut lines, &shop(), "27").unwrap().gst;
        assert_eq!((far.cgst, far.sgst), (Paise::ZERO, Paise::ZERO));
        assert!(far.igst > Paise::ZERO);
    }

    #[test]
    fn sums_past_the_range_are_refused() {
        assert_eq!(price(&mut [line(99, i64::MAX / 2, 500)], &shop(), "29"), None);
    }

    proptest::proptest! {
        #[test]
        fn totals_add_up(
            parts in proptest::collection::vec((1i64..99, 1i64..5_000_000, 0i64..2_800), 1..20),
            near: bool,
        ) {
            let mut lines: Vec<Line> = parts.iter().map(|(q, p, r)| line(*q, *p, *r)).collect();
            let totals = price(&mut lines, &shop(), if near { "29" } else { "07" }).unwrap();
            let sum: i64 = lines.iter().map(|line| line.total.0).sum();
            proptest::prop_assert_eq!(totals.subtotal.0, sum);
            proptest::prop_assert_eq!(totals.total.0, sum + totals.shipping.0);
            proptest::prop_assert_eq!(totals.gst.cgst, totals.gst.sgst);
            proptest::prop_assert!(totals.gst.igst.0 == 0 || totals.gst.cgst.0 == 0);
        }
    }
}
