//! What must be true of the shop's database by itself, each as one statement that names what breaks
//! it. Written apart from the shop's own queries on purpose: it trusts the tables alone.

/// A sentence, and a statement that gives one text for each thing that breaks it.
pub type Invariant = (&'static str, &'static str);

/// True at every moment, also right after a kill.
pub const ALWAYS: &[Invariant] = &[
    (
        "no payment, gateway order, receipt, event or order number is there twice",
        "select 'payment ' || id from payments group by id having count(*) > 1
         union all select 'gateway order ' || gateway_order_id from attempts
             where gateway_order_id is not null group by gateway_order_id having count(*) > 1
         union all select 'receipt ' || receipt from attempts group by receipt having count(*) > 1
         union all select 'event ' || id from gateway_events group by id having count(*) > 1
         union all select 'number ' || number from orders
             where number is not null group by number having count(*) > 1",
    ),
    (
        "a placement key gives one order, a cart one open order, an order one open attempt",
        "select 'key ' || placement_key from orders group by placement_key having count(*) > 1
         union all select 'cart ' || cart_id from orders
             where state = 'awaiting_payment' group by cart_id having count(*) > 1
         union all select 'order ' || order_id from attempts
             where state = 'open' group by order_id having count(*) > 1",
    ),
    (
        "lines, sums and attempts agree to the paisa",
        "select o.id from orders o
         where o.subtotal_paise <>
                 (select coalesce(sum(l.total_paise), 0) from order_lines l where l.order_id = o.id)
            or o.total_paise <> o.subtotal_paise + o.shipping_paise
            or not exists (select 1 from attempts a where a.order_id = o.id)
            or exists (select 1 from attempts a
                       where a.order_id = o.id and a.amount_paise <> o.total_paise)",
    ),
    (
        "a paid order has exactly one settling payment of its exact amount, any other has none",
        "select o.id || ' is ' || o.state from orders o
         where (case when o.state = 'paid' then 1 else 0 end) <>
                 (select count(*) from payments p where p.order_id = o.id and p.role = 'settles'
                    and p.status = 'captured' and p.amount_paise = o.total_paise)
            or (case when o.state = 'paid' then 1 else 0 end) <>
                 (select count(*) from payments p where p.order_id = o.id and p.role = 'settles')",
    ),
    (
        "no more is promised back than a payment brought",
        "select p.id from payments p
         where p.amount_paise < (select coalesce(sum(r.amount_paise), 0) from refunds r
                                 where r.payment_id = p.id and r.state <> 'failed')",
    ),
    (
        "stock is opening + received - sold + returned, and what is held is held by somebody",
        "select p.slug || ' has ' || cast(p.on_hand as text) || ', holds ' || cast(p.held as text)
         from products p
         where p.on_hand < 0
            or p.on_hand <> (select coalesce(sum(case when m.kind = 'sold' then -m.quantity
                                                      else m.quantity end), 0)
                             from stock_movements m where m.product_id = p.id)
            or p.held <> (select coalesce(sum(h.quantity), 0) from stock_holds h
                          where h.product_id = p.id)",
    ),
    (
        "units are held only by an open attempt of an order that waits",
        "select h.attempt_id from stock_holds h
         where not exists (select 1 from attempts a join orders o on o.id = a.order_id
                           where a.id = h.attempt_id and a.state = 'open'
                             and o.state = 'awaiting_payment')",
    ),
    (
        "the lines of each paid order are sold once, and nothing else is",
        "select 'not sold: ' || l.order_id from order_lines l join orders o on o.id = l.order_id
         where o.state = 'paid'
           and 1 <> (select count(*) from stock_movements m
                     where m.kind = 'sold' and m.order_id = l.order_id
                       and m.product_id = l.product_id and m.quantity = l.quantity)
         union all
         select 'sold without a line: ' || m.id from stock_movements m
         where m.kind = 'sold'
           and not exists (select 1 from order_lines l join orders o on o.id = l.order_id
                           where o.state = 'paid' and o.id = m.order_id
                             and l.product_id = m.product_id)",
    ),
    (
        "each change of an order has one entry in its timeline, and it becomes paid once",
        "select o.id from orders o
         where o.version <> (select count(*) from order_events e where e.order_id = o.id)
            or o.version <> (select max(e.version) from order_events e where e.order_id = o.id)
            or (case when o.state = 'paid' then 1 else 0 end) <>
                 (select count(*) from order_events e where e.order_id = o.id and e.kind = 'paid')",
    ),
    (
        "a paid order has one confirmation, any other has none",
        "select o.id || ' is ' || o.state from orders o
         where (case when o.state = 'paid' then 1 else 0 end) <>
                 (select count(*) from letters l
                  where l.kind = 'order-confirmation' and l.about = o.id)",
    ),
    (
        "order numbers have no gaps",
        "select c.name || ' stands at ' || cast(c.value as text) from counters c
         where c.name like 'order-%'
           and c.value <> (select count(*) from orders o
                           where o.number like 'K' || substr(c.name, 7) || '-%')
         union all
         select 'past the counter: ' || o.number from orders o
         where o.number is not null
           and not exists (select 1 from counters c
                           where c.name = 'order-' || substr(o.number, 2, 4)
                             and c.value >= cast(substr(o.number, 7) as bigint))",
    ),
];

/// What is still going on. Empty once everything has come to its end.
pub const UNFINISHED: &[Invariant] = &[
    (
        "events wait",
        "select id || ' ' || state || ' ' || coalesce(outcome, '') from gateway_events
         where state = 'waiting'",
    ),
    ("orders wait", "select id from orders where state = 'awaiting_payment'"),
    ("refunds are under way", "select id || ' ' || state from refunds where state <> 'processed'"),
    ("letters wait", "select kind || ' ' || about from letters where sent_at is null"),
    (
        "payments are under way",
        "select id || ' ' || status from payments where status in ('created', 'authorized')",
    ),
    (
        "events are parked",
        "select id || ' ' || coalesce(outcome, '') from gateway_events
         where state = 'parked'",
    ),
    ("a person is asked", "select kind || ': ' || detail from desk_tasks where done_at is null"),
];
