-- Since when the gateway has not said what was paid for an attempt: a person is told when it lasts.
alter table attempts add column unanswered_since bigint;
