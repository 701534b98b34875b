//! Invariants about the shop's tables alone: each is a question whose every answer is a fault.

use super::{Broken, broken as is_broken};
use sqlx::AnyPool;

type Question = (u8, &'static str);

pub async fn broken(pool: &AnyPool, questions: &[Question]) -> Vec<Broken> {
    let mut wrong = Vec::new();
    for (invariant, statement) in questions {
        let rows: Result<Vec<String>, _> = sqlx::query_scalar(*statement).fetch_all(pool).await;
        let rows = rows.unwrap_or_else(|error| panic!("asking about {invariant}: {error}"));
        wrong.extend(rows.into_iter().map(|what| is_broken(*invariant, what)));
    }
    wrong
}

/// True at every moment.
pub const ALWAYS: &[Question] = &[
    (3, "select 'payment id twice: ' || id from payments group by id having count(*) > 1"),
    (3, "select 'event id twice: ' || id from gateway_events group by id having count(*) > 1"),
    (3, "select 'receipt twice: ' || receipt from attempts group by receipt having count(*) > 1"),
    (
        3,
        "select 'gateway order twice: ' || gateway_order_id from attempts
         where gateway_order_id is not null group by gateway_order_id having count(*) > 1",
    ),
    (
        4,
        "select 'two open attempts: ' || order_id from attempts where state = 'open'
         group by order_id having count(*) > 1",
    ),
    (
        4,
        "select 'two open orders: ' || cart_id from orders where state = 'awaiting_payment'
         group by cart_id having count(*) > 1",
    ),
    (
        4,
        "select 'more bought than paid for: ' || c.cart_id || ' ' || c.product_id
         from cart_changes c where c.cause = 'bought' and not exists (
             select 1 from order_lines l join orders o on o.id = l.order_id
             where o.state = 'paid' and l.product_id = c.product_id
               and l.quantity >= c.quantity_before - c.quantity_after)",
    ),
    (
        5,
        "select 'sums: ' || o.id from orders o
         where o.subtotal_paise <> (select coalesce(sum(l.total_paise), 0) from order_lines l
                                    where l.order_id = o.id)
            or o.total_paise <> o.subtotal_paise + o.shipping_paise
            or o.cgst_paise <> o.sgst_paise or (o.igst_paise <> 0 and o.cgst_paise <> 0)
            or exists (select 1 from order_lines l where l.order_id = o.id
                       and l.total_paise <> l.quantity * l.unit_price_paise)",
    ),
    (
        5,
        "select 'attempt of another sum: ' || a.id from attempts a join orders o
         on o.id = a.order_id where a.amount_paise <> o.total_paise or a.currency <> 'INR'",
    ),
    (
        6,
        "select 'promised back: ' || p.id from payments p
         where p.refunded_paise > p.amount_paise
            or p.refunded_paise <> (select coalesce(sum(r.amount_paise), 0) from refunds r
                                    where r.payment_id = p.id and r.state <> 'failed')",
    ),
    (
        6,
        "select 'refund key twice: ' || idempotency_key from refunds
         group by idempotency_key having count(*) > 1",
    ),
    (
        7,
        "select 'units: ' || p.slug from products p
         where p.on_hand < 0 or p.held < 0 or p.held > p.on_hand
            or p.on_hand <> (select coalesce(sum(case when m.kind = 'sold' then -m.quantity
                                                      else m.quantity end), 0)
                             from stock_movements m where m.product_id = p.id)
            or p.held <> (select coalesce(sum(h.quantity), 0) from stock_holds h
                          where h.product_id = p.id)",
    ),
    (
        7,
        "select 'held for nobody: ' || h.attempt_id from stock_holds h where not exists (
             select 1 from attempts a join orders o on o.id = a.order_id
             where a.id = h.attempt_id and a.state = 'open' and o.state = 'awaiting_payment')",
    ),
    (
        7,
        "select 'waits without its units: ' || o.id from orders o
         join order_lines l on l.order_id = o.id
         where o.state = 'awaiting_payment' and not exists (
             select 1 from stock_holds h join attempts a on a.id = h.attempt_id
             where a.order_id = o.id and h.product_id = l.product_id and h.quantity = l.quantity)",
    ),
    (
        7,
        "select 'not sold once: ' || l.order_id from order_lines l
         join orders o on o.id = l.order_id
         where (case when o.state = 'paid' then 1 else 0 end) <> (
             select count(*) from stock_movements m where m.kind = 'sold'
             and m.order_id = l.order_id and m.product_id = l.product_id)
            or exists (select 1 from stock_movements m where m.kind = 'sold'
                       and m.order_id = l.order_id and m.product_id = l.product_id
                       and m.quantity <> l.quantity)",
    ),
    (
        9,
        "select 'timeline: ' || o.id from orders o
         where o.version <> (select count(*) from order_events e where e.order_id = o.id)
            or o.version <> (select coalesce(max(e.version), 0) from order_events e
                             where e.order_id = o.id)
            or (case when o.state = 'paid' then 1 else 0 end) <>
               (select count(*) from order_events e where e.order_id = o.id and e.kind = 'paid')
            or (case when o.state = 'cancelled' then 1 else 0 end) <>
               (select count(*) from order_events e
                where e.order_id = o.id and e.kind = 'cancelled')
            or (select count(*) from order_events e
                where e.order_id = o.id and e.kind = 'placed') <> 1",
    ),
    (
        2,
        "select 'paid without its payment: ' || o.id from orders o
         where (case when o.state = 'paid' then 1 else 0 end) <>
               (select count(*) from payments p where p.order_id = o.id and p.role = 'settles')
            or (o.state = 'paid' and not exists (
                select 1 from payments p where p.order_id = o.id and p.role = 'settles'
                and p.status = 'captured' and p.amount_paise = o.total_paise
                and p.currency = 'INR'))",
    ),
    (
        10,
        "select 'done without effect: ' || e.id from gateway_events e
         where e.state = 'worked' and e.name in ('payment.captured', 'order.paid')
           and not exists (select 1 from payments p where p.id = e.payment_id
                           and (p.role is not null or p.status = 'failed'))",
    ),
    (
        10,
        "select 'waits for nothing: ' || id from gateway_events
         where state = 'waiting' and next_try_at is null",
    ),
    (
        10,
        "select 'done without a reason: ' || id from gateway_events
         where state <> 'waiting' and coalesce(outcome, '') in ('', 'Unknown')",
    ),
    (
        12,
        "select 'confirmations: ' || o.id from orders o
         where (case when o.state = 'paid' then 1 else 0 end) <> (
             select count(*) from letters l
             where l.kind = 'order-confirmation' and l.about = o.id)",
    ),
    (
        13,
        "select 'number twice: ' || number from orders
         where number is not null group by number having count(*) > 1",
    ),
    (
        13,
        "select 'gap below ' || c.name from counters c where c.name like 'order-%' and c.value <> (
             select count(*) from orders o where o.number like 'K' || substr(c.name, 7) || '-%')",
    ),
    (
        13,
        "select 'gap before ' || o.number from orders o where o.number is not null
           and cast(substr(o.number, 7) as bigint) > (
               select count(*) from orders p
               where substr(p.number, 1, 6) = substr(o.number, 1, 6))",
    ),
    (
        13,
        "select 'number of an unpaid one: ' || id from orders
         where (number is null) = (state = 'paid')",
    ),
    (
        15,
        "select 'cart of nobody: ' || id from carts
         where (user_id is null) = (session_hash is null)",
    ),
    (
        15,
        "select 'order of nobody: ' || o.id from orders o where o.user_id is not null
         and not exists (select 1 from users u where u.id = o.user_id)",
    ),
];

/// True when everything has come to rest.
pub const SETTLED: &[Question] = &[
    (
        10,
        "select 'an event waits: ' || id || ' ' || coalesce(outcome, '') from gateway_events
          where state = 'waiting'",
    ),
    (
        10,
        "select 'parked without a task: ' || e.id from gateway_events e
         where e.state = 'parked' and not exists (
             select 1 from desk_tasks t where t.kind = 'event' and t.subject = e.id)",
    ),
    (11, "select 'an order waits: ' || id from orders where state = 'awaiting_payment'"),
    (11, "select 'an attempt is open: ' || id from attempts where state = 'open'"),
    (
        11,
        "select 'never asked about: ' || id from attempts
         where gateway_order_id is not null and polled_at is null",
    ),
    (
        11,
        "select 'a refund hangs: ' || r.id || ' ' || r.state || ' ' || coalesce(r.problem, '')
         from refunds r where r.state in ('intended', 'unknown', 'pending')",
    ),
    (
        6,
        "select 'sent back by the bank, and nobody is told: ' || r.id from refunds r
         where r.state = 'failed' and exists (
             select 1 from order_events e where e.kind = 'refund' and e.detail like
                 'Refund ' || r.gateway_refund_id || ' of % is through.')
           and not exists (
             select 1 from desk_tasks t where t.kind = 'refund-returned' and t.subject = r.id)",
    ),
    (
        12,
        "select 'a letter waits: ' || kind || ' ' || about from letters
         where sent_at is null",
    ),
    (7, "select 'units are held: ' || attempt_id from stock_holds"),
];
