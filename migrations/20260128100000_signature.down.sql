drop table export_signatures;
drop table export_signing_acts;
drop table export_signing_keys;
