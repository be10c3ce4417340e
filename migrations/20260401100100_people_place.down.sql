insert into destinations (person_id, country, currency, chosen_at)
select id, country, currency, now() from people where country is not null
on conflict (person_id) do update set country = excluded.country, currency = excluded.currency, chosen_at = excluded.chosen_at;
alter table people drop constraint people_place_check, drop column country, drop column currency;
