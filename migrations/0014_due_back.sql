-- When money that the shop could not keep must be back with the shopper at the latest: five days after
-- it was paid, not after the shop saw it. Refunds from before this column count from their own day.
alter table refunds add column due_at bigint;
update refunds set due_at = created_at + 432000000 where reason in ('surplus', 'late');
