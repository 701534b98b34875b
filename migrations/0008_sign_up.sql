-- Accounts come to be when their address is confirmed. Until then a sign-up waits here, whether or not
-- the address already has an account, so that asking looks and costs the same for both.

create table sign_ups (
    token_hash    text   not null constraint sign_ups_pkey primary key,
    email         text   not null,
    name          text   not null,
    phone         text   not null,
    password_hash text   not null,
    -- The browser that asked; any other must know the password to finish.
    session_hash  text   not null,
    created_at    bigint not null,
    expires_at    bigint not null
);
create index sign_ups_by_email on sign_ups (email);
create index sign_ups_by_expiry on sign_ups (expires_at);

-- Each time somebody asks for a letter to an address: no address gets more than a few an hour.
create table letter_requests (
    id    text   not null constraint letter_requests_pkey primary key,
    email text   not null,
    at    bigint not null
);
create index letter_requests_by_email on letter_requests (email, at);
create index letter_requests_by_age on letter_requests (at);

-- The same for reset links: they belong to an address, and whether it has an account is looked up when
-- one is used. The links that the old table held were good for half an hour.
drop table password_resets;
create table password_resets (
    token_hash text   not null constraint password_resets_pkey primary key,
    email      text   not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at    bigint
);
create index password_resets_by_email on password_resets (email);
create index password_resets_by_expiry on password_resets (expires_at);
