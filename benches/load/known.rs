//! What the shop's statements want: for each, by words that only it has, the names of its values
//! and the name under which its first row is known to the statements behind it. A statement that
//! is not here ends the run, so the bare handlers cannot fall behind the shop.

pub struct Known {
    /// With single spaces.
    words: &'static str,
    /// What the request said, what a row before it told, `=5` and `'word` for themselves.
    pub values: &'static [&'static str],
    pub row: &'static str,
}

impl Known {
    pub fn find(text: &str) -> Option<&'static Known> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        KNOWN.iter().find(|known| text.contains(known.words))
    }

    /// Behind it the gateway is called.
    pub fn asks_gateway(&self) -> bool {
        self.words == MARK
    }
}

const MARK: &str = "update attempts set problem = $2 where id = $1 and problem is null";

const fn known(words: &'static str, values: &'static [&'static str], row: &'static str) -> Known {
    Known { words, values, row }
}

const KNOWN: &[Known] = &[
    known("from sessions s left join users", &["session", "now"], ""),
    known("select id as cart_id from carts", &["session"], "cart"),
    known("from mine left join cart_lines l", &["session"], "cart"),
    known("from categories k cross join", &["=25"], ""),
    // Adding.
    known("insert into carts (id, session_hash", &["cart", "session", "now"], "touched"),
    known(
        "insert into cart_lines",
        &["touched.id", "product_id", "quantity", "now", "=99"],
        "line",
    ),
    known(
        "insert into cart_changes",
        &["touched.id", "touched.version", "product_id", "'added", "=0", "line.quantity", "now"],
        "",
    ),
    // Ordering; a cart has one line, of one unit, and goes without shipping here.
    known("where o.placement_key = $1", &["placement"], ""),
    known("update carts set updated_at = updated_at", &["cart.cart_id", "session"], ""),
    known("where p.slug = $1", &["cart.slug"], "product"),
    known("from cart_merges where into_cart_id", &["cart.cart_id"], ""),
    known("where o.cart_id = $1 and", &["cart.cart_id"], ""),
    known(
        "insert into orders (",
        &[
            "order",
            "placement",
            "'content",
            "nobody",
            "cart.cart_id",
            "email",
            "address",
            "'29",
            "cart.price_paise",
            "=0",
            "=0",
            "=0",
            "=0",
            "=0",
            "cart.price_paise",
            "now",
            "later",
        ],
        "",
    ),
    known(
        "insert into order_lines",
        &[
            "order",
            "=0",
            "cart.product_id",
            "cart.slug",
            "cart.name",
            "cart.pack",
            "'/pictures/some.svg",
            "product.hsn",
            "cart.quantity",
            "cart.price_paise",
            "cart.mrp_paise",
            "cart.tax_rate_bp",
            "=0",
            "=0",
            "=0",
            "cart.price_paise",
        ],
        "",
    ),
    known("update orders set version = version + 1", &["order"], "ordered"),
    known("insert into order_events", &["order", "ordered.version", "'placed", "'", "now"], ""),
    known(
        "insert into attempts",
        &["attempt", "order", "attempt", "cart.price_paise", "'INR", "'test", "now", "later"],
        "",
    ),
    known(
        "update products set held = held + $1",
        &["cart.quantity", "cart.product_id", "attempt"],
        "",
    ),
    known("insert into stock_holds", &["attempt", "cart.product_id", "cart.quantity", "now"], ""),
    known("update cart_lines set seen_price_paise", &["cart.cart_id"], ""),
    known("where o.id = $1", &["order"], ""),
    known("from attempts where order_id = $1", &["order"], ""),
    known(MARK, &["attempt", "'asked"], ""),
    known("update attempts set gateway_order_id", &["gateway order", "attempt", "'test"], ""),
    known("from attempts where id = $1", &["attempt"], ""),
    known("from refunds r join payments p", &["order"], ""),
    // The gateway's news.
    known(
        "insert into gateway_events",
        &[
            "now",
            "event",
            "'payment.captured",
            "'order_Bench00000001",
            "'pay_Bench000000001",
            "body",
        ],
        "",
    ),
];
