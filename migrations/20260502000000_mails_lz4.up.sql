-- A letter's pages are compressed in a quarter of the time, where PostgreSQL was built with the means for it.
do $$
begin
  if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    alter table mails alter column html set compression lz4, alter column body set compression lz4;
  end if;
end $$;
