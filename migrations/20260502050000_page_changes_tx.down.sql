alter table page_changes drop column tx;
