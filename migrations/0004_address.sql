-- Where things go. An order keeps its own copy, so a row here may change or vanish freely.

create table addresses (
    id            text   not null constraint addresses_pkey primary key,
    user_id       text   not null constraint addresses_user_known references users (id) on delete cascade,
    name          text   not null,
    phone         text   not null,
    line1         text   not null,
    line2         text   not null,
    landmark      text   not null,
    city          text   not null,
    state         text   not null,
    pin           text   not null constraint addresses_pin_six_digits check (length(pin) = 6),
    default_since bigint,
    created_at    bigint not null,
    updated_at    bigint not null
);
create index addresses_by_user on addresses (user_id, created_at);
create unique index addresses_one_default on addresses (user_id) where default_since is not null;
