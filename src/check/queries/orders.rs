//! What must be true of orders, carts and owners. Each statement tells what is not: (subject, what
//! is wrong).

/// Invariant 4. A cart lives on after a sale and may be bought from again, so what holds is: of
/// orders that were placed for one wish one is paid, a cart has one open order, a press of the
/// button gives one order, an order has one open attempt.
pub const ONE_ORDER_A_WISH: &str = "
    select o.cart_id as subject,
           'is the cart of ' || cast(count(*) as text) || ' orders awaiting payment' as what
    from orders o where o.state = 'awaiting_payment' group by o.cart_id having count(*) > 1
    union all
    select o.placement_key, 'is one press of the button, and gave '
           || cast(count(*) as text) || ' orders'
    from orders o group by o.placement_key having count(*) > 1
    union all
    select o.id, 'is ' || o.state || ' with ' || cast(count(a.id) as text) || ' open attempts'
    from orders o left join attempts a on a.order_id = o.id and a.state = 'open'
    group by o.id, o.state
    having count(a.id) <> case when o.state = 'awaiting_payment' then 1 else 0 end
    union all
    select o.id, 'is ' || o.state || ' with ' || cast(count(a.id) as text) || ' paid attempts'
    from orders o left join attempts a on a.order_id = o.id and a.state = 'paid'
    group by o.id, o.state
    having count(a.id) <> case when o.state = 'paid' then 1 else 0 end
    union all
    select o.id, 'is paid, though another order of its cart was paid for the same wish'
    from orders o where o.state = 'paid' and o.outrun_by is not null
    union all
    select o.id, 'counts as met by an order that is not paid'
    from orders o left join orders p on p.id = o.outrun_by and p.state = 'paid'
    where o.outrun_by is not null and p.id is null
    order by 1 limit 100";

/// Invariant 9. Only an expired order may still become paid; one that was called off stays so.
pub const TIMELINE_TELLS_EVERY_CHANGE: &str = "
    select o.id as subject,
           'has version ' || cast(o.version as text) || ' and ' || cast(count(e.version) as text)
               || ' entries up to version ' || cast(coalesce(max(e.version), 0) as text) as what
    from orders o left join order_events e on e.order_id = o.id
    group by o.id, o.version
    having count(e.version) <> o.version or coalesce(max(e.version), 0) <> o.version
    union all
    select o.id, 'is ' || o.state || ', but its timeline says otherwise'
    from orders o left join order_events e on e.order_id = o.id
    group by o.id, o.state
    having sum(case when e.kind = 'placed' and e.version = 1 then 1 else 0 end) <> 1
        or sum(case when e.kind = 'paid' then 1 else 0 end)
           <> case when o.state = 'paid' then 1 else 0 end
        or sum(case when e.kind = 'cancelled' then 1 else 0 end)
           <> case when o.state = 'cancelled' then 1 else 0 end
        or (o.state = 'expired'
            and sum(case when e.kind = 'expired' then 1 else 0 end) <> 1)
        or (o.state in ('awaiting_payment', 'cancelled')
            and sum(case when e.kind = 'expired' then 1 else 0 end) > 0)
    order by 1 limit 100";

/// Invariant 12.
pub const ONE_CONFIRMATION_EACH: &str = "
    select o.id as subject,
           'is ' || o.state || ' with ' || cast(count(l.id) as text)
               || ' letters of confirmation' as what
    from orders o
    left join letters l on l.about = o.id and l.kind = 'order-confirmation'
    group by o.id, o.state
    having count(l.id) <> case when o.state = 'paid' then 1 else 0 end
    union all
    select l.id, 'confirms an order that is not there'
    from letters l left join orders o on o.id = l.about
    where l.kind = 'order-confirmation' and o.id is null
    order by 1 limit 100";

/// Invariant 13. Numbers that were skipped on purpose (`kirana reconcile --first-number`) are
/// counted in a row of their own beside the year's counter.
pub const NUMBERS_WITHOUT_GAPS: &str = "
    with numbers as (
        select number, substr(number, 2, 4) as year,
               case when number like 'K____-_____%' and length(number) <= 16
                     and trim(substr(number, 7), '0123456789') = ''
                    then cast(substr(number, 7) as bigint) end as value
        from orders where number is not null),
    years as (
        select substr(c.name, 7) as year, c.value as given, coalesce(s.value, 0) as skipped
        from counters c left join counters s on s.name = c.name || '-skipped'
        where c.name like 'order-____')
    select number as subject, 'is no number of this shop' as what
    from numbers where value is null
    union all
    select number, 'is the number of ' || cast(count(*) as text) || ' orders'
    from numbers group by number having count(*) > 1
    union all
    select y.year, cast(y.given as text) || ' numbers were given and '
           || cast(y.skipped as text) || ' of them skipped, but '
           || cast(count(n.value) as text) || ' orders have one, the highest '
           || cast(coalesce(max(n.value), 0) as text)
    from years y left join numbers n on n.year = y.year
    group by y.year, y.given, y.skipped
    having count(n.value) + y.skipped <> y.given or coalesce(max(n.value), 0) > y.given
    union all
    select n.number, 'is of a year that never gave a number'
    from numbers n left join years y on y.year = n.year
    where n.value is not null and y.year is null
    union all
    select o.id, 'is ' || o.state || case when o.number is null then ' without a number'
                                          else ' and has a number' end
    from orders o where (o.state = 'paid') <> (o.number is not null)
    order by 1 limit 100";

/// Invariant 15.
pub const ONE_OWNER_EACH: &str = "
    select c.id as subject, 'is a cart with no owner, or with two' as what
    from carts c where (c.user_id is null) = (c.session_hash is null)
    union all
    select c.id, 'is the cart of an account that is not there'
    from carts c left join users u on u.id = c.user_id
    where c.user_id is not null and u.id is null
    union all
    select c.user_id, 'is an account with ' || cast(count(*) as text) || ' carts'
    from carts c where c.user_id is not null group by c.user_id having count(*) > 1
    union all
    select min(c.id), 'and others belong to one guest'
    from carts c where c.session_hash is not null group by c.session_hash having count(*) > 1
    union all
    select a.id, 'is an address of an account that is not there'
    from addresses a left join users u on u.id = a.user_id where u.id is null
    union all
    select o.id, 'is an order of an account that is not there'
    from orders o left join users u on u.id = o.user_id
    where o.user_id is not null and u.id is null
    union all
    select o.id, 'is the order of an account, from a cart that now is somebody else''s'
    from orders o join carts c on c.id = o.cart_id
    where o.user_id is not null and (c.user_id is null or c.user_id <> o.user_id)
    union all
    select m.cart_id, 'was merged into another cart and is still there'
    from cart_merges m join carts c on c.id = m.cart_id
    order by 1 limit 100";

/// Invariant 18: `cart::QUANTITY_MAX` and `cart::LINES_MAX`.
pub const CARTS_WITHIN_LIMITS: &str = "
    select l.cart_id as subject,
           'has ' || cast(l.quantity as text) || ' units of product ' || l.product_id as what
    from cart_lines l where l.quantity not between 1 and 99
    union all
    select l.cart_id, 'has ' || cast(count(*) as text) || ' different products'
    from cart_lines l group by l.cart_id having count(*) > 100
    union all
    select l.cart_id, 'has product ' || l.product_id || ' in ' || cast(count(*) as text) || ' lines'
    from cart_lines l group by l.cart_id, l.product_id having count(*) > 1
    union all
    select c.id, 'has version ' || cast(c.version as text) || ', but its changes go up to '
           || cast(max(h.version) as text)
    from carts c join cart_changes h on h.cart_id = c.id
    group by c.id, c.version having max(h.version) > c.version
    order by 1 limit 100";
