//! What must be true of units. Each statement tells what is not: (subject, what is wrong).

/// Invariant 7: on hand = opening + received - sold + returned.
pub const ON_HAND_IS_WHAT_MOVED: &str = "
    select p.id as subject,
           p.name || ': ' || cast(p.on_hand as text) || ' on hand, its movements come to '
               || cast(coalesce(sum(case when m.kind = 'sold' then -m.quantity
                                         else m.quantity end), 0) as text) as what
    from products p left join stock_movements m on m.product_id = p.id
    group by p.id, p.name, p.on_hand
    having p.on_hand < 0
        or p.on_hand <> coalesce(sum(case when m.kind = 'sold' then -m.quantity
                                          else m.quantity end), 0)
    order by 1 limit 100";

/// Invariant 7: what is promised is there, and counted once.
pub const HELD_IS_WHAT_IS_PROMISED: &str = "
    select p.id as subject,
           p.name || ': ' || cast(p.held as text) || ' of ' || cast(p.on_hand as text)
               || ' units count as promised, its holds come to '
               || cast(coalesce(sum(h.quantity), 0) as text) as what
    from products p left join stock_holds h on h.product_id = p.id
    group by p.id, p.name, p.held, p.on_hand
    having p.held < 0 or p.held > p.on_hand or p.held <> coalesce(sum(h.quantity), 0)
    order by 1 limit 100";

/// Invariant 7: holds and waiting orders belong together.
pub const HOLDS_BELONG_TO_WAITING_ORDERS: &str = "
    select h.attempt_id as subject, 'holds units, but no order waits for it' as what
    from stock_holds h
    left join attempts a on a.id = h.attempt_id
    left join orders o on o.id = a.order_id
    where a.id is null or a.state <> 'open' or o.state <> 'awaiting_payment'
    union all
    select h.attempt_id, 'holds ' || cast(h.quantity as text) || ' units of product '
           || h.product_id || ', not what its order lists'
    from stock_holds h
    join attempts a on a.id = h.attempt_id
    left join order_lines l on l.order_id = a.order_id and l.product_id = h.product_id
    where l.quantity is null or l.quantity <> h.quantity
    union all
    select o.id, 'waits for payment without holding its ' || l.name
    from orders o
    join order_lines l on l.order_id = o.id
    join attempts a on a.order_id = o.id and a.state = 'open'
    left join stock_holds h on h.attempt_id = a.id and h.product_id = l.product_id
    where o.state = 'awaiting_payment' and h.attempt_id is null
    order by 1 limit 100";

/// Invariant 7: what was sold. A sale without an order happened over the counter.
pub const SOLD_IS_WHAT_WAS_PAID: &str = "
    select o.id as subject,
           'is paid with ' || cast(l.quantity as text) || ' of ' || l.name || ', but '
               || cast(coalesce(sum(m.quantity), 0) as text) || ' were sold with it in '
               || cast(count(m.id) as text) || ' movements' as what
    from orders o
    join order_lines l on l.order_id = o.id
    left join stock_movements m
         on m.order_id = o.id and m.product_id = l.product_id and m.kind = 'sold'
    where o.state = 'paid'
    group by o.id, l.product_id, l.name, l.quantity
    having count(m.id) <> 1 or coalesce(sum(m.quantity), 0) <> l.quantity
    union all
    select m.order_id, 'is not paid, or does not list it, but units of product '
           || m.product_id || ' were sold with it'
    from stock_movements m
    left join orders o on o.id = m.order_id
    left join order_lines l on l.order_id = m.order_id and l.product_id = m.product_id
    where m.kind = 'sold' and m.order_id is not null
      and (o.id is null or o.state <> 'paid' or l.product_id is null)
    order by 1 limit 100";
