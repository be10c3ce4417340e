-- What every module's tables stand on: extensions, the sellers' role and the row-level security key.

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;
create extension if not exists citext;
-- With intarray present, @> and && on int4[] need an index of class gin__int_ops (bigint[] is not touched).
create extension if not exists intarray;

-- Roles belong to the whole server, so another database may have made this one already, even just now.
do $$
begin
  if not exists (select from pg_roles where rolname = 'yarmarka_seller') then
    begin
      create role yarmarka_seller nologin;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception 'the database user % may not create roles', current_user
          using hint = format('ask the administrator to run: create role yarmarka_seller nologin; grant yarmarka_seller to %I', current_user);
    end;
  end if;
  -- A superuser is a member of everything; a managed database's owner is not.
  if not pg_has_role(current_user, 'yarmarka_seller', 'member') then
    begin
      execute format('grant yarmarka_seller to %I', current_user);
    exception
      when insufficient_privilege then
        raise exception 'the database user % is not a member of the role yarmarka_seller', current_user
          using hint = format('ask the administrator to run: grant yarmarka_seller to %I', current_user);
    end;
  end if;
end
$$;

grant usage on schema public to yarmarka_seller;

-- The seller for whom the current transaction works (pg.AsSeller sets it); null outside of one, which no row matches.
create function app_seller_id() returns bigint
  language sql stable parallel safe
  return nullif(current_setting('app.seller_id', true), '')::bigint;

comment on function app_seller_id() is 'owner: platform';
