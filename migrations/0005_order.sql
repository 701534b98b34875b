-- What was agreed. Lines and address are frozen copies; the number is given when the money is there.

create table orders (
    id              text   not null constraint orders_pkey primary key,
    number          text   constraint orders_number_unique unique,
    state           text   not null constraint orders_state_known
                           check (state in ('awaiting_payment', 'paid', 'expired', 'cancelled')),
    version         bigint not null,
    placement_key   text   not null constraint orders_placement_unique unique,
    content_hash    text   not null,
    user_id         text   constraint orders_user_known references users (id),
    cart_id         text   not null,
    email           text   not null,
    ship_to         text   not null,
    place_of_supply text   not null,
    subtotal_paise  bigint not null constraint orders_subtotal_positive check (subtotal_paise > 0),
    shipping_paise  bigint not null constraint orders_shipping_not_negative check (shipping_paise >= 0),
    cgst_paise      bigint not null,
    sgst_paise      bigint not null,
    igst_paise      bigint not null,
    savings_paise   bigint not null,
    total_paise     bigint not null,
    placed_at       bigint not null,
    expires_at      bigint not null,
    paid_at         bigint,
    constraint orders_total_adds_up check (total_paise = subtotal_paise + shipping_paise),
    constraint orders_tax_halves_equal check (cgst_paise = sgst_paise),
    constraint orders_tax_one_kind check (igst_paise = 0 or cgst_paise = 0),
    constraint orders_paid_has_number
        check ((state = 'paid') = (number is not null) and (state = 'paid') = (paid_at is not null))
);
create unique index orders_one_open_per_cart on orders (cart_id) where state = 'awaiting_payment';
create index orders_by_user on orders (user_id, placed_at) where user_id is not null;
create index orders_by_state on orders (state, placed_at);
create index orders_by_email on orders (email);

create table order_lines (
    order_id         text   not null constraint order_lines_order_known references orders (id),
    position         bigint not null,
    product_id       text   not null,
    slug             text   not null,
    name             text   not null,
    pack             text   not null,
    picture          text   not null,
    hsn              text   not null,
    quantity         bigint not null constraint order_lines_quantity_positive check (quantity > 0),
    unit_price_paise bigint not null constraint order_lines_price_positive check (unit_price_paise > 0),
    unit_mrp_paise   bigint not null,
    tax_rate_bp      bigint not null,
    cgst_paise       bigint not null,
    sgst_paise       bigint not null,
    igst_paise       bigint not null,
    total_paise      bigint not null,
    constraint order_lines_pkey primary key (order_id, position),
    constraint order_lines_product_once unique (order_id, product_id),
    constraint order_lines_total_adds_up check (total_paise = quantity * unit_price_paise)
);

-- The timeline: one entry a change, its version the order's version after it.
create table order_events (
    order_id text   not null constraint order_events_order_known references orders (id),
    version  bigint not null,
    kind     text   not null,
    detail   text   not null,
    at       bigint not null,
    constraint order_events_pkey primary key (order_id, version)
);

-- Gap-free numbers: the row is taken in the transaction that uses it.
create table counters (
    name  text   not null constraint counters_pkey primary key,
    value bigint not null
);
