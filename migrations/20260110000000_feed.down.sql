drop table feed_offers;
drop table import_diffs;
drop table import_problems;
drop table imports;
drop table feed_categories;
drop table feed_sources;
