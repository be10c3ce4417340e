drop sequence search_changes;
drop table search_synonyms;
drop table search_words;
drop table search_index;
drop table search_docs;
