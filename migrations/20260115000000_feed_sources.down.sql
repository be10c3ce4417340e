drop table feed_answers;
drop table feed_fetches;
alter table feed_sources drop column paused;
