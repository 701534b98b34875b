-- Who is signed in through the API. A sign-in hands on one refresh token after the other: each is used
-- once, and one that comes again was copied by somebody, which ends the sign-in (RFC 9700, 4.14.2).

create table api_sign_ins (
    id         text   not null constraint api_sign_ins_pkey primary key,
    user_id    text   not null constraint api_sign_ins_user_known references users (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at   bigint,
    -- Why it ended, for whoever has to find out.
    ended_by   text   constraint api_sign_ins_end_known
                      check (ended_by in ('sign-out', 'password', 'reuse')),
    constraint api_sign_ins_end_has_reason check ((ended_at is null) = (ended_by is null))
);
create index api_sign_ins_by_user on api_sign_ins (user_id);
create index api_sign_ins_by_expiry on api_sign_ins (expires_at);

create table refresh_tokens (
    token_hash text   not null constraint refresh_tokens_pkey primary key,
    sign_in_id text   not null constraint refresh_tokens_sign_in_known
                      references api_sign_ins (id) on delete cascade,
    created_at bigint not null,
    used_at    bigint
);
create unique index refresh_tokens_one_live on refresh_tokens (sign_in_id) where used_at is null;
create index refresh_tokens_by_sign_in on refresh_tokens (sign_in_id);

-- What a request with an Idempotency-Key came to, written in the transaction that did its work: so
-- there is an answer exactly if the work was done. `asked` is a hash of method, address and body.
create table kept_answers (
    owner      text   not null,
    key        text   not null,
    asked      text   not null,
    answer     text   not null,
    created_at bigint not null,
    constraint kept_answers_pkey primary key (owner, key)
);
create index kept_answers_by_age on kept_answers (created_at);
