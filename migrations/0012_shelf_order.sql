-- A shelf as it is shown: first what can be had, then by name. Read in this order, the first page of
-- a long list is found without sorting the rest.
create index products_as_shown
    on products (category_id, (case when on_hand > held then 0 else 1 end), name, id)
    where withdrawn_at is null;
