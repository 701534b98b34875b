-- What is sold, at what price, how many are left.
-- Only TEXT and BIGINT columns: the same text runs on SQLite and on PostgreSQL.

create table categories (
    id       text   not null constraint categories_pkey primary key,
    slug     text   not null constraint categories_slug_unique unique,
    name     text   not null,
    blurb    text   not null,
    position bigint not null
);

create table products (
    id           text   not null constraint products_pkey primary key,
    category_id  text   not null constraint products_category_known references categories (id),
    slug         text   not null constraint products_slug_unique unique,
    name         text   not null,
    description  text   not null,
    pack         text   not null,
    pictures     text   not null,
    price_paise  bigint not null constraint products_price_positive check (price_paise > 0),
    mrp_paise    bigint not null,
    tax_rate_bp  bigint not null constraint products_tax_rate_range check (tax_rate_bp between 0 and 10000),
    hsn          text   not null,
    on_hand      bigint not null constraint products_on_hand_not_negative check (on_hand >= 0),
    held         bigint not null default 0,
    withdrawn_at bigint,
    created_at   bigint not null,
    updated_at   bigint not null,
    constraint products_mrp_not_below_price check (mrp_paise >= price_paise),
    constraint products_held_within_on_hand check (held >= 0 and held <= on_hand)
);
create index products_by_category on products (category_id, name) where withdrawn_at is null;
create index products_by_name on products (name, id) where withdrawn_at is null;
create index products_by_price on products (price_paise, id) where withdrawn_at is null;
create index products_by_age on products (created_at, id) where withdrawn_at is null;

-- The inverted index that search reads: one row a word. Portable where full-text engines are not.
create table product_words (
    word       text   not null,
    product_id text   not null constraint product_words_product_known references products (id) on delete cascade,
    weight     bigint not null,
    constraint product_words_pkey primary key (word, product_id, weight)
);

-- Units promised to a payment that may still come. A hold belongs to one attempt.
create table stock_holds (
    attempt_id text   not null,
    product_id text   not null constraint stock_holds_product_known references products (id),
    quantity   bigint not null constraint stock_holds_quantity_positive check (quantity > 0),
    created_at bigint not null,
    constraint stock_holds_pkey primary key (attempt_id, product_id)
);

-- Why on_hand is what it is: opening + received - sold + returned. A sale happens once an order.
create table stock_movements (
    id         text   not null constraint stock_movements_pkey primary key,
    product_id text   not null constraint stock_movements_product_known references products (id),
    kind       text   not null constraint stock_movements_kind_known
                      check (kind in ('opening', 'received', 'sold', 'returned')),
    quantity   bigint not null constraint stock_movements_quantity_positive check (quantity > 0),
    order_id   text,
    at         bigint not null
);
create unique index stock_movements_sold_once on stock_movements (order_id, product_id) where kind = 'sold';
