alter table categories drop column edited_at, drop column version;
