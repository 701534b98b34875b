-- What the check of the shop's books found, and when. `night` names the night of a nightly run: of
-- several servers one makes it. `with_gateway` is 1 where the gateway's books were compared, too.
create table check_runs (
    id           text   not null constraint check_runs_pkey primary key,
    night        text   constraint check_runs_night_unique unique,
    started_at   bigint not null,
    ended_at     bigint,
    with_gateway bigint not null constraint check_runs_with_gateway_known check (with_gateway in (0, 1)),
    broken       bigint not null default 0,
    report       text   not null default '[]'
);
create index check_runs_by_age on check_runs (started_at);
