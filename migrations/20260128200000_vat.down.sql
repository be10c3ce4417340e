drop table export_vat_filings;
drop table export_vat_counters;
drop table export_vat_rows;
