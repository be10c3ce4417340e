alter table checkouts drop column offers, drop column qtys;
