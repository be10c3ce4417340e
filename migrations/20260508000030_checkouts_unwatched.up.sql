-- Nobody looks for checkouts by the end of their time: their goods are given back by the holds'. Every purchase wrote into this
-- index three times.
drop index checkouts_expires_at_open_idx;
