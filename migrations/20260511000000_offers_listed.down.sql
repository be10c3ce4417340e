drop index products_drafts;
drop index offers_listed;
