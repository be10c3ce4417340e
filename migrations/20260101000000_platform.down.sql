-- The role stays: other databases on the same server may use it.
drop function if exists app_seller_id();
revoke usage on schema public from yarmarka_seller;
drop extension if exists intarray;
drop extension if exists citext;
drop extension if exists btree_gin;
drop extension if exists unaccent;
drop extension if exists pg_trgm;
