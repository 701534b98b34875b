-- How much of a payment is promised back: the sum of its refunds that have not failed. It is raised in
-- the transaction that writes a refund, so the database itself refuses to give back more than was paid.
alter table payments add column refunded_paise bigint not null default 0
    constraint payments_refunds_within_amount
    check (refunded_paise >= 0 and refunded_paise <= amount_paise);
update payments set refunded_paise = (
    select coalesce(sum(r.amount_paise), 0) from refunds r
    where r.payment_id = payments.id and r.state <> 'failed');

-- What the person at the desk wrote about a refund; empty for automatic ones and those made at the
-- gateway (reason 'gateway').
alter table refunds add column words text not null default '';

-- Which door brought the news that made the attempt paid: a shop that hears only from the poller has a
-- webhook that does not work.
alter table attempts add column paid_by text;
