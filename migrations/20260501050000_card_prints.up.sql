-- The page of a card as a stranger at home reads it, printed when its sheet is written: a page that nobody has asked for
-- lately is then one row. A print is a copy of a copy: it is read in the statement that compares its stamp with the present
-- one, and one that differs is passed over.
create table card_prints (
  product_id  bigint not null references products (id) on delete cascade,
  slug        text not null,
  form        bigint not null,
  category_id bigint not null,
  topics      text[] collate "C" not null,
  stamp       bigint not null,
  until       date,
  fades       timestamptz,
  body        bytea,
  primary key (product_id) include (form)
);
comment on table card_prints is 'owner: catalog';
comment on column card_prints.slug is 'the address that the card had then; two may say the same for a while, one of them is not true';
comment on column card_prints.form is 'the sum of a sample page: a program shows only what it would print the same way';
comment on column card_prints.category_id is 'whose strip stands below';
comment on column card_prints.stamp is 'page_stamp(topics), read before everything in body';
comment on column card_prints.until is 'first day on which a holiday of its shops begins or is over';
comment on column card_prints.fades is 'when time alone changes what is said of former prices';
comment on column card_prints.body is 'the page without what depends on the day and on other cards, as it differs from the sample; null for a card that is not printed';
-- The body lies in its row and is not compressed twice.
alter table card_prints alter column body set storage external;
alter table card_prints set (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
create index card_prints_slug on card_prints (slug);
create index card_prints_until on card_prints (until) where until is not null;
create index card_prints_fades on card_prints (fades) where fades is not null;
