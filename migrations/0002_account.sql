-- Who someone is. Session and reset rows are found by the hash of what the visitor holds, so that a
-- copy of the database opens no account.

create table users (
    id            text   not null constraint users_pkey primary key,
    email         text   not null constraint users_email_unique unique,
    password_hash text   not null,
    name          text   not null,
    phone         text   not null,
    admin_since   bigint,
    created_at    bigint not null,
    updated_at    bigint not null
);

create table sessions (
    id_hash    text   not null constraint sessions_pkey primary key,
    user_id    text   constraint sessions_user_known references users (id) on delete cascade,
    flash      text,
    created_at bigint not null,
    seen_at    bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id) where user_id is not null;
create index sessions_by_expiry on sessions (expires_at);

create table password_resets (
    token_hash text   not null constraint password_resets_pkey primary key,
    user_id    text   not null constraint password_resets_user_known references users (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    used_at    bigint
);
