delete from export_goods_events where kind in ('permit', 'expired');
alter table export_goods_events drop constraint export_goods_events_kind_check;
alter table export_goods_events add constraint export_goods_events_kind_check
    check (kind in ('code', 'asked', 'document', 'withdrawn', 'refused', 'more'));
drop table export_goods_documents;
alter table export_cases drop constraint export_cases_subject_check;
alter table export_cases add constraint export_cases_subject_check check (subject in ('goods', 'parcel')) not valid;
revoke update (ends_on) on export_contracts from yarmarka_seller;
drop index export_contract_sums_parcel, export_contracts_seller, export_contracts_market;
comment on table export_contracts is 'owner: desk';
comment on table export_contract_sums is 'owner: desk';
alter table export_contracts
    drop constraint export_contracts_ends_check,
    drop constraint export_contracts_opening_check,
    drop column kind, drop column country, drop column market, drop column ends_on, drop column opening_rub, drop column file_id;
