alter function page_stamp(text[]) reset plan_cache_mode;
drop function page_stamps(text[]);
