create table sellers (
  id               bigint generated always as identity primary key,
  slug             text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  name             text not null check (length(name) between 1 and 80),
  status           text not null default 'applied' check (status in
                     ('applied', 'onboarding', 'in_review', 'open', 'suspended', 'terminated')),
  status_note      text not null default '',
  trusted          boolean not null default false,
  applicant_id     bigint references people (id) on delete set null,
  legal_form       text not null default 'ip' check (legal_form in ('ip', 'ooo', 'self', 'foreign')),
  legal_name       text not null default '',
  inn              text not null default '' check (inn ~ '^(\d{10}|\d{12})?$'),
  ogrn             text not null default '' check (ogrn ~ '^(\d{13}|\d{15})?$'),
  legal_address    text not null default '',
  email            text not null default '',
  phone            text not null default '',
  city             text not null default '',
  about_ru         text not null default '',
  about_en         text not null default '',
  vacation_from    date,
  vacation_to      date,
  dispatch_days    smallint not null default 1 check (dispatch_days between 0 and 60),
  transit_days     smallint not null default 3 check (transit_days between 0 and 90),
  delivery_fee     bigint not null default 0 check (delivery_fee >= 0),
  free_from        bigint check (free_from >= 0),
  rating_hundredths smallint check (rating_hundredths between 100 and 500),
  ratings          integer not null default 0,
  sales            integer not null default 0,
  on_time_permille smallint check (on_time_permille between 0 and 1000),
  cancel_permille  smallint check (cancel_permille between 0 and 1000),
  version          integer not null default 1,
  created_at       timestamptz not null default now(),
  opened_at        timestamptz,
  updated_at       timestamptz not null default now(),
  check (vacation_from <= vacation_to),
  check ((vacation_from is null) = (vacation_to is null))
);
comment on table sellers is 'owner: seller';
create index sellers_status on sellers (status, id);
create index sellers_applicant on sellers (applicant_id) where applicant_id is not null;

-- A seller's session reads its own row; what shoppers may see of every shop is public anyway.
alter table sellers enable row level security;
create policy sellers_read on sellers for select to yarmarka_seller using (true);
create policy sellers_write on sellers for update to yarmarka_seller
  using (id = app_seller_id()) with check (id = app_seller_id());
grant select on sellers to yarmarka_seller;
-- Status, trust, quality figures and slug are the operator's, not the seller's.
grant update (name, legal_form, legal_name, inn, ogrn, legal_address, email, phone, city, about_ru, about_en,
  vacation_from, vacation_to, dispatch_days, transit_days, delivery_fee, free_from, version, updated_at)
  on sellers to yarmarka_seller;
