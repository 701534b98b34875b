-- Letters to be sent, written in the transaction that they speak of.

create table letters (
    id          text   not null constraint letters_pkey primary key,
    kind        text   not null,
    about       text   not null,
    recipient   text   not null,
    subject     text   not null,
    text_body   text   not null,
    html_body   text   not null,
    created_at  bigint not null,
    tries       bigint not null default 0,
    next_try_at bigint,
    sent_at     bigint,
    problem     text,
    constraint letters_once unique (kind, about)
);
create index letters_due on letters (next_try_at) where next_try_at is not null;
