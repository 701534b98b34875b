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

create index refunds_by_payment on refunds (payment_id);
create index gateway_events_by_order on gateway_events (gateway_order_id) where gateway_order_id is not null;

-- The order of the same cart that was paid while this one was not: the shopper's wish is met, and money
-- that comes for this one goes back.
alter table orders add column outrun_by text constraint orders_outrun_by_known references orders (id);
