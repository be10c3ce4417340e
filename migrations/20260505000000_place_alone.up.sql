-- No program that may still serve reads these any more: where people have things sent stands with them (people.country), and a
-- card's days are counted to the door (search_docs.days).
drop table destinations;
alter table search_docs drop column dispatch;
