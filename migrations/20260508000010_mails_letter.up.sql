-- What a letter says, as JSON that nothing asks into: its two forms are made of it when it leaves. Null where they stand ready.
alter table mails add column letter text;
do $$
begin
  if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    alter table mails alter column letter set compression lz4;
  end if;
end $$;
