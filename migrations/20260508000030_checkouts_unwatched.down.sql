create index checkouts_expires_at_open_idx on checkouts (expires_at) where closed_at is null;
