//! The list of what must hold, in the order in which it is told. The numbers are those of
//! `docs/check.md`.

use super::queries::{money, orders, stock};

/// How an invariant of the shop's own database is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// One statement that gives what is wrong; `$1`, where it stands, is now.
    Statement(&'static str),
    /// The hash of what was agreed is reckoned again for every order.
    FrozenCopies,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Invariant {
    pub number: u8,
    pub name: &'static str,
    pub look: Look,
}

const fn sql(number: u8, name: &'static str, statement: &'static str) -> Invariant {
    Invariant { number, name, look: Look::Statement(statement) }
}

/// What needs the shop's database alone.
pub(super) const IN_THE_SHOP: &[Invariant] = &[
    sql(
        1,
        "Captured money settles an order, goes back, or waits for a person",
        money::NO_MONEY_IS_KEPT_IN_SILENCE,
    ),
    sql(
        2,
        "A paid order is settled by one captured payment of exactly its total",
        money::ONE_PAYMENT_SETTLES,
    ),
    sql(3, "Nothing that the gateway or the shop named is booked twice", money::IDS_ONCE),
    sql(
        4,
        "A cart's wish is paid once, and waits for payment in one order at a time",
        orders::ONE_ORDER_A_WISH,
    ),
    sql(5, "Lines, shipping and tax add up to the order's total", money::SUMS_ADD_UP),
    sql(5, "An attempt asks for its order's total", money::ATTEMPTS_ASK_FOR_THE_TOTAL),
    sql(6, "No more goes back than was paid, each time once", money::REFUNDS_WITHIN_PAYMENTS),
    sql(7, "What is on hand is what came in less what went out", stock::ON_HAND_IS_WHAT_MOVED),
    sql(7, "Units that are promised are there", stock::HELD_IS_WHAT_IS_PROMISED),
    sql(
        7,
        "Units are promised to orders awaiting payment, to each its lines",
        stock::HOLDS_BELONG_TO_WAITING_ORDERS,
    ),
    sql(7, "What was sold is the lines of paid orders, once", stock::SOLD_IS_WHAT_WAS_PAID),
    sql(9, "Every change of an order is in its timeline", orders::TIMELINE_TELLS_EVERY_CHANGE),
    sql(10, "Every event of the gateway is worked, or waits its turn", money::EVENTS_ARE_WORKED),
    sql(11, "Nothing whose outcome is unknown is forgotten", money::NOTHING_UNKNOWN_IS_FORGOTTEN),
    sql(
        12,
        "A paid order has one letter of confirmation, any other has none",
        orders::ONE_CONFIRMATION_EACH,
    ),
    sql(13, "Order numbers have no gaps and no doubles", orders::NUMBERS_WITHOUT_GAPS),
    Invariant { number: 14, name: "Orders are as they were agreed", look: Look::FrozenCopies },
    sql(15, "Every cart, address and order has one owner", orders::ONE_OWNER_EACH),
    sql(18, "Carts are within their limits", orders::CARTS_WITHIN_LIMITS),
];

/// What is held against the gateway's books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Compared {
    Captured,
    Paid,
    Asked,
    Refunded,
}

impl Compared {
    pub const ALL: [Compared; 4] =
        [Compared::Captured, Compared::Paid, Compared::Asked, Compared::Refunded];

    pub fn number(self) -> u8 {
        match self {
            Compared::Captured => 1,
            Compared::Paid => 2,
            Compared::Asked => 5,
            Compared::Refunded => 6,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Compared::Captured => {
                "Money at the gateway is booked here, given back, or waits for a person"
            }
            Compared::Paid => "What counts as paid here was captured at the gateway",
            Compared::Asked => "The gateway asks for exactly what the shop agreed",
            Compared::Refunded => "Refunds at the gateway and here are the same",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::queries::orders::CARTS_WITHIN_LIMITS;

    #[test]
    fn every_look_has_a_name_of_its_own_and_a_limit() {
        let mut names: Vec<&str> = IN_THE_SHOP.iter().map(|one| one.name).collect();
        names.extend(Compared::ALL.map(Compared::name));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for invariant in IN_THE_SHOP {
            if let Look::Statement(statement) = invariant.look {
                assert!(statement.ends_with("order by 1 limit 100"), "{}", invariant.name);
            }
        }
    }

    #[test]
    fn the_limits_are_the_carts_own() {
        let (units, lines) = (crate::cart::QUANTITY_MAX, crate::cart::LINES_MAX);
        assert!(CARTS_WITHIN_LIMITS.contains(&format!("between 1 and {units}")));
        assert!(CARTS_WITHIN_LIMITS.contains(&format!("count(*) > {lines}")));
    }
}
