-- Where people have things sent, and in which money they see prices, comes with their session: every page of theirs needs
-- it, and a copy in the program would be old in another copy of the program. The table stays for the program before, which
-- may still serve beside this one.
alter table people add column country text, add column currency text not null default '',
  add constraint people_place_check check (country ~ '^([A-Z]{2})?$' and currency ~ '^([A-Z]{3})?$');
comment on column people.country is 'ISO 3166 alpha-2, where things are sent; empty is home, null is not chosen yet';
comment on column people.currency is 'ISO 4217, in which prices are shown; empty is the rouble at home and the country''s own abroad';
update people p set country = d.country, currency = d.currency from destinations d where d.person_id = p.id;
