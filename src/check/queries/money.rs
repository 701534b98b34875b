//! What must be true of money. Each statement tells what is not: (subject, what is wrong).

/// Invariant 1, the shop's half: captured money settles an order, goes back whole, or waits for a
/// person, who may not call that done while the money is here.
pub const NO_MONEY_IS_KEPT_IN_SILENCE: &str = "
    select p.id as subject,
           cast(p.amount_paise - p.refunded_paise as text)
               || ' captured paise of it settle nothing, do not go back, and wait for nobody'
               as what
    from payments p
    where p.status = 'captured' and coalesce(p.role, '') <> 'settles'
      and p.refunded_paise < p.amount_paise
      and not exists (
          select 1 from desk_tasks t
          where t.done_at is null
            and (t.subject = p.id
                 or t.subject in (select r.id from refunds r where r.payment_id = p.id)))
    order by 1 limit 100";

/// Invariant 2, the shop's half.
pub const ONE_PAYMENT_SETTLES: &str = "
    select o.id as subject,
           'is paid, and ' || cast(count(p.id) as text)
               || ' captured payments of exactly its total settle it' as what
    from orders o
    left join payments p on p.order_id = o.id and p.role = 'settles' and p.status = 'captured'
         and p.amount_paise = o.total_paise and p.currency = 'INR'
    where o.state = 'paid'
    group by o.id
    having count(p.id) <> 1
    union all
    select p.id, 'settles an order, but the order is not paid, or this is not its captured total'
    from payments p join orders o on o.id = p.order_id
    where p.role = 'settles'
      and (o.state <> 'paid' or p.status <> 'captured' or p.amount_paise <> o.total_paise)
    order by 1 limit 100";

/// Invariant 3. The unique indexes are not trusted here: they may be what is broken.
pub const IDS_ONCE: &str = "
    select id as subject, 'is a payment ' || cast(count(*) as text) || ' times' as what
    from payments group by id having count(*) > 1
    union all
    select gateway_order_id, 'is the gateway order of ' || cast(count(*) as text) || ' attempts'
    from attempts where gateway_order_id is not null
    group by gateway_order_id having count(*) > 1
    union all
    select receipt, 'is the receipt of ' || cast(count(*) as text) || ' attempts'
    from attempts group by receipt having count(*) > 1
    union all
    select gateway_refund_id, 'is the gateway id of ' || cast(count(*) as text) || ' refunds'
    from refunds where gateway_refund_id is not null
    group by gateway_refund_id having count(*) > 1
    union all
    select id, 'is an event of the gateway ' || cast(count(*) as text) || ' times'
    from gateway_events group by id having count(*) > 1
    order by 1 limit 100";

/// Invariant 5: the order's own sums. The tax on shipping is not kept by itself, so the order's tax
/// is at least that of its lines, and exactly that where shipping was free.
pub const SUMS_ADD_UP: &str = "
    select o.id as subject, 'subtotal and shipping do not come to the total' as what
    from orders o where o.total_paise <> o.subtotal_paise + o.shipping_paise
    union all
    select o.id, 'CGST and SGST differ, or stand beside IGST'
    from orders o
    where o.cgst_paise <> o.sgst_paise or (o.igst_paise <> 0 and o.cgst_paise <> 0)
    union all
    select o.id, 'its lines come to ' || cast(coalesce(sum(l.total_paise), 0) as text)
           || ' paise, its subtotal is ' || cast(o.subtotal_paise as text)
    from orders o left join order_lines l on l.order_id = o.id
    group by o.id, o.subtotal_paise
    having coalesce(sum(l.total_paise), 0) <> o.subtotal_paise
    union all
    select o.id, 'its tax is not that of its lines and its shipping'
    from orders o join order_lines l on l.order_id = o.id
    group by o.id, o.shipping_paise, o.cgst_paise, o.igst_paise
    having o.cgst_paise < sum(l.cgst_paise) or o.igst_paise < sum(l.igst_paise)
        or (o.shipping_paise = 0
            and (o.cgst_paise <> sum(l.cgst_paise) or o.igst_paise <> sum(l.igst_paise)))
    union all
    select l.order_id, 'line ' || cast(l.position as text)
           || ' is not quantity times price, or its tax halves differ'
    from order_lines l
    where l.total_paise <> l.quantity * l.unit_price_paise or l.cgst_paise <> l.sgst_paise
       or (l.igst_paise <> 0 and l.cgst_paise <> 0)
    order by 1 limit 100";

/// Invariant 5: what is asked for.
pub const ATTEMPTS_ASK_FOR_THE_TOTAL: &str = "
    select a.id as subject,
           'asks for ' || cast(a.amount_paise as text) || ' paise ' || a.currency
               || ', its order comes to ' || cast(o.total_paise as text) as what
    from attempts a join orders o on o.id = a.order_id
    where a.amount_paise <> o.total_paise or a.currency <> 'INR'
    order by 1 limit 100";

/// Invariant 6, the shop's half. The gateway gives back by itself what was never captured.
pub const REFUNDS_WITHIN_PAYMENTS: &str = "
    select p.id as subject,
           cast(coalesce(sum(r.amount_paise), 0) as text) || ' paise of it go back, '
               || cast(p.refunded_paise as text) || ' are promised, '
               || cast(p.amount_paise as text) || ' were paid' as what
    from payments p left join refunds r on r.payment_id = p.id and r.state <> 'failed'
    group by p.id, p.refunded_paise, p.amount_paise
    having coalesce(sum(r.amount_paise), 0) <> p.refunded_paise
        or coalesce(sum(r.amount_paise), 0) > p.amount_paise
    union all
    select r.id, 'gives money back of payment ' || r.payment_id || ', which was not captured'
    from refunds r left join payments p on p.id = r.payment_id
    where r.state <> 'failed'
      and (p.id is null or (p.status <> 'captured' and r.reason <> 'gateway'))
    union all
    select r.idempotency_key, 'is the key of ' || cast(count(*) as text) || ' refunds'
    from refunds r group by r.idempotency_key having count(*) > 1
    union all
    select r.id, 'is through, but the gateway gave it no id'
    from refunds r where r.state = 'processed' and r.gateway_refund_id is null
    order by 1 limit 100";

/// Invariant 10. `$1` is now; a day is longer than all tries together. A parked event is tried no
/// more, so its task may be called done; what it told of is then held against the gateway's books.
pub const EVENTS_ARE_WORKED: &str = "
    select e.id as subject, e.name || ' waits without a time for its next try' as what
    from gateway_events e where e.state = 'waiting' and e.next_try_at is null
    union all
    select e.id, e.name || ' waits since more than a day, or nobody took it in its time'
    from gateway_events e
    where e.state = 'waiting' and e.next_try_at is not null
      and (e.received_at + 86400000 < $1 or e.next_try_at + 3600000 < $1)
    union all
    select e.id, e.name || ' is ' || e.state || ' without a word on what came of it'
    from gateway_events e
    where e.state <> 'waiting' and (e.outcome is null or e.next_try_at is not null)
    union all
    select e.id, e.name || ' was given up, and no person was asked'
    from gateway_events e
    left join desk_tasks t on t.kind = 'event' and t.subject = e.id
    where e.state = 'parked' and t.id is null
    union all
    select e.id, e.name || ' counts as worked, but payment ' || e.payment_id || ' is not booked'
    from gateway_events e
    left join payments p on p.id = e.payment_id and (p.role is not null or p.status = 'failed')
    where e.state = 'worked' and e.name in ('payment.captured', 'order.paid')
      and e.payment_id is not null and p.id is null
    order by 1 limit 100";

/// Invariant 11. `$1` is now. 900000 ms are 15 minutes, 345600000 ms four days. `polls` rises
/// before the gateway is asked, `polled_at` is set afterwards.
pub const NOTHING_UNKNOWN_IS_FORGOTTEN: &str = "
    select o.id as subject, 'waits for payment, and the gateway was never asked' as what
    from orders o join attempts a on a.order_id = o.id and a.state = 'open'
    where o.state = 'awaiting_payment' and a.gateway_order_id is not null
      and a.polled_at is null and a.created_at + 900000 < $1
    union all
    select o.id, 'waits for payment since more than four days'
    from orders o where o.state = 'awaiting_payment' and o.placed_at + 345600000 < $1
    union all
    select a.id, 'should have been asked about an hour ago or more'
    from attempts a where a.next_poll_at is not null and a.next_poll_at + 3600000 < $1
    union all
    select a.id, 'is asked about no more, and the last question was not answered'
    from attempts a where a.next_poll_at is null and a.unanswered_since + 86400000 < $1
    union all
    select r.id, 'gives money back since more than four days, and is still ' || r.state
    from refunds r
    where r.state in ('intended', 'unknown') and r.created_at + 345600000 < $1
    order by 1 limit 100";
