-- The least that holding a unit of one offer can be: take it off what is free, remember whose it is.
-- Everybody wants the same row. Run by pgbench; see hot.go for the variable.
with taken as (
  update offer_stock set on_hand = on_hand + 1, reserved = reserved + 1 where offer_id = :offer returning offer_id, seller_id
)
insert into holds (key, offer_id, seller_id, qty, expires_at)
  select md5(random()::text || clock_timestamp()::text), offer_id, seller_id, 1, now() + interval '1 minute' from taken;
