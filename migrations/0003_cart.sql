-- What a visitor means to buy. A cart has one owner: an account, or the session of a guest.

create table carts (
    id           text   not null constraint carts_pkey primary key,
    user_id      text   constraint carts_user_unique unique
                        constraint carts_user_known references users (id) on delete cascade,
    session_hash text   constraint carts_session_unique unique,
    version      bigint not null,
    created_at   bigint not null,
    updated_at   bigint not null,
    constraint carts_one_owner check ((user_id is null) <> (session_hash is null))
);
create index carts_by_age on carts (updated_at) where session_hash is not null;

create table cart_lines (
    cart_id          text   not null constraint cart_lines_cart_known references carts (id) on delete cascade,
    product_id       text   not null constraint cart_lines_product_known references products (id),
    quantity         bigint not null constraint cart_lines_quantity_range check (quantity between 1 and 99),
    seen_price_paise bigint not null constraint cart_lines_seen_price_positive check (seen_price_paise > 0),
    added_at         bigint not null,
    constraint cart_lines_pkey primary key (cart_id, product_id)
);

-- What each version changed, so that an old tab can be told in plain words what happened meanwhile.
create table cart_changes (
    cart_id         text   not null constraint cart_changes_cart_known references carts (id) on delete cascade,
    version         bigint not null,
    product_id      text   not null constraint cart_changes_product_known references products (id),
    cause           text   not null constraint cart_changes_cause_known
                           check (cause in ('added', 'set', 'removed', 'emptied', 'merged', 'bought')),
    quantity_before bigint not null,
    quantity_after  bigint not null,
    at              bigint not null,
    constraint cart_changes_pkey primary key (cart_id, version, product_id)
);

-- Where a guest's cart went at sign-in: an order placed before it still finds the units it bought.
create table cart_merges (
    cart_id      text   not null constraint cart_merges_pkey primary key,
    into_cart_id text   not null constraint cart_merges_cart_known references carts (id) on delete cascade,
    at           bigint not null
);
create index cart_merges_by_target on cart_merges (into_cart_id);
