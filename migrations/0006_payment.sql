-- Money owed and received. Every rule that keeps money right is a constraint here.

create table attempts (
    id               text   not null constraint attempts_pkey primary key,
    order_id         text   not null constraint attempts_order_known references orders (id),
    receipt          text   not null constraint attempts_receipt_unique unique,
    amount_paise     bigint not null constraint attempts_amount_minimum check (amount_paise >= 100),
    currency         text   not null,
    state            text   not null constraint attempts_state_known
                            check (state in ('open', 'paid', 'ended')),
    gateway_mode     text   not null,
    gateway_order_id text   constraint attempts_gateway_order_unique unique,
    created_at       bigint not null,
    polls            bigint not null default 0,
    polled_at        bigint,
    next_poll_at     bigint,
    problem          text
);
create unique index attempts_one_open on attempts (order_id) where state = 'open';
create index attempts_due on attempts (next_poll_at) where next_poll_at is not null;

create table payments (
    id           text   not null constraint payments_pkey primary key,
    attempt_id   text   not null constraint payments_attempt_known references attempts (id),
    order_id     text   not null constraint payments_order_known references orders (id),
    amount_paise bigint not null,
    currency     text   not null,
    status       text   not null constraint payments_status_known
                        check (status in ('created', 'failed', 'authorized', 'captured')),
    method       text   not null,
    role         text   constraint payments_role_known
                        check (role in ('settles', 'surplus', 'late', 'mismatch')),
    problem      text,
    seen_at      bigint not null,
    captured_at  bigint
);
create index payments_by_order on payments (order_id);
create unique index payments_one_settles on payments (order_id) where role = 'settles';

-- Intent first, then the call: the key is written before the gateway hears of it.
create table refunds (
    id                text   not null constraint refunds_pkey primary key,
    payment_id        text   not null constraint refunds_payment_known references payments (id),
    idempotency_key   text   not null constraint refunds_key_unique unique,
    gateway_refund_id text   constraint refunds_gateway_unique unique,
    amount_paise      bigint not null constraint refunds_amount_positive check (amount_paise > 0),
    reason            text   not null,
    state             text   not null constraint refunds_state_known
                             check (state in ('intended', 'unknown', 'pending', 'processed', 'failed')),
    tries             bigint not null default 0,
    next_try_at       bigint,
    problem           text,
    created_at        bigint not null,
    updated_at        bigint not null
);
create unique index refunds_one_automatic on refunds (payment_id) where reason in ('surplus', 'late');
create index refunds_due on refunds (next_try_at) where next_try_at is not null;

-- The inbox of webhooks: stored, committed, answered; worked afterwards.
create table gateway_events (
    id               text   not null constraint gateway_events_pkey primary key,
    name             text   not null,
    gateway_order_id text,
    payment_id       text,
    body             text   not null,
    received_at      bigint not null,
    state            text   not null constraint gateway_events_state_known
                            check (state in ('waiting', 'worked', 'not_ours', 'parked')),
    tries            bigint not null default 0,
    next_try_at      bigint,
    outcome          text
);
create index gateway_events_due on gateway_events (next_try_at) where next_try_at is not null;

-- What a person has to look at.
create table desk_tasks (
    id         text   not null constraint desk_tasks_pkey primary key,
    kind       text   not null,
    subject    text   not null,
    order_id   text,
    detail     text   not null,
    created_at bigint not null,
    done_at    bigint,
    constraint desk_tasks_once unique (kind, subject)
);
