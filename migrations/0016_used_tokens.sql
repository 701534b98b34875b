-- The sweep that forgets used refresh tokens finds them by their age.
create index refresh_tokens_by_use on refresh_tokens (used_at) where used_at is not null;
