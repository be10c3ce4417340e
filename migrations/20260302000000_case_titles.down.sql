alter table export_cases drop column title_en;
