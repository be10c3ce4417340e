-- One signature of a day: the declarations it covers, and the batch the post made of them.
create table export_batches (
    id         bigint generated always as identity primary key,
    seller_id  bigint not null references sellers (id),
    number     text not null,
    state      text not null,
    act_id     bigint not null,
    signed_at  timestamptz not null,
    post_names text[] not null default '{}',
    sent_at    timestamptz,
    constraint export_batches_number_key unique (number),
    constraint export_batches_seller_id_id_key unique (seller_id, id),
    constraint export_batches_state_check check (state in ('signed', 'formed', 'sent'))
);
comment on table export_batches is 'owner: dispatch';
comment on column export_batches.act_id is 'the act of signing, in export_signing_acts';
comment on column export_batches.post_names is 'the batches that the post formed of it, one for each kind of item';

-- A foreign parcel of an order on its way out of the country.
create table export_parcels (
    id            bigint generated always as identity primary key,
    seller_id     bigint not null,
    order_id      bigint not null,
    parcel_id     bigint not null,
    number        text not null,
    country       char(2) not null,
    service       text not null,
    object        int not null,
    state         text not null,
    since         timestamptz not null,
    paid_at       timestamptz not null,
    gross_g       bigint not null,
    length_mm     bigint not null default 0,
    width_mm      bigint not null default 0,
    height_mm     bigint not null default 0,
    weighed_at    timestamptz,
    post_gross_g  bigint not null default 0,
    value_rub     bigint not null,
    currency      char(3) not null,
    value         bigint not null,
    sdr           bigint not null default 0,
    rate_day      date,
    contract      text not null,
    contract_rub  bigint not null,
    operation     text not null default '',
    form          text not null default '',
    outcome       text not null default '',
    decision_id   bigint,
    case_id       bigint,
    documents     text[] not null default '{}',
    waived        jsonb not null default '[]',
    barcode       text not null default '',
    post_id       bigint not null default 0,
    filed         text not null default '',
    batch_id      bigint,
    papers        jsonb not null default '[]',
    version       int not null default 0,
    declaration   text not null default '',
    customs       text not null default '',
    registration  text not null default '',
    answered      text not null default '',
    released_at   timestamptz,
    accepted_at   timestamptz,
    departed_at   timestamptz,
    delivered_at  timestamptz,
    vat_row       bigint,
    reason        text not null default '',
    stuck         text not null default '',
    stuck_at      timestamptz,
    poll_at       timestamptz,
    last_event    int not null default 0,
    constraint export_parcels_number_key unique (number),
    constraint export_parcels_parcel_id_key unique (parcel_id),
    constraint export_parcels_seller_id_id_key unique (seller_id, id),
    constraint export_parcels_parcel_id_fkey foreign key (seller_id, parcel_id) references parcels (seller_id, id),
    constraint export_parcels_order_id_fkey foreign key (seller_id, order_id) references orders (seller_id, id),
    constraint export_parcels_batch_id_fkey foreign key (seller_id, batch_id) references export_batches (seller_id, id),
    constraint export_parcels_state_check check (state in ('deciding', 'at_desk', 'cleared', 'ordered', 'ready', 'signed', 'declared',
        'held', 'handed_over', 'departed', 'delivered', 'returning', 'returned', 'lost', 'refused', 'cancelled')),
    constraint export_parcels_sums_check check (gross_g >= 0 and value_rub > 0 and value > 0 and contract_rub >= value_rub)
) with (fillfactor = 80);
create unique index export_parcels_barcode_key on export_parcels (barcode) where barcode <> '';
create index export_parcels_seller_id_state_idx on export_parcels (seller_id, state, since);
create index export_parcels_order_id_idx on export_parcels (seller_id, order_id);
create index export_parcels_batch_id_idx on export_parcels (seller_id, batch_id) where batch_id is not null;
create index export_parcels_contract_idx on export_parcels (seller_id, contract);
create index export_parcels_poll_at_idx on export_parcels (poll_at) where poll_at is not null;
create index export_parcels_stuck_idx on export_parcels (stuck_at) where stuck_at is not null;
comment on table export_parcels is 'owner: dispatch';
comment on column export_parcels.service is 'letter, small_packet, parcel or ems; object is its number in the post''s tariff';
comment on column export_parcels.gross_g is 'with the wrapping, as declared; post_gross_g is what the post''s own scale said, 0 until then';
comment on column export_parcels.value_rub is 'kopecks paid for the goods; value is the same in the currency of the parcel, sdr in ten-thousandths of a special drawing right';
comment on column export_parcels.contract is 'the foreign contract that the sum counts under: the order''s number, or an agency''s';
comment on column export_parcels.documents is 'what desks gave for this parcel: contract, contract_number, …';
comment on column export_parcels.waived is 'findings that an officer let pass: rule, version, line and case';
comment on column export_parcels.filed is 'our number of the item at the post: it changes when the item is declared anew';
comment on column export_parcels.registration is 'the number of CN 23 at the customs service: customs code/DDMMYY/S10';
comment on column export_parcels.papers is 'what was printed: kind, key and SHA-256 of each; version counts how often';
comment on column export_parcels.poll_at is 'when the post is asked about the parcel next';
comment on column export_parcels.stuck is 'why no step goes on by itself: a person has to look';

-- Every fact about a parcel, in the order it came to be known. A fact that comes twice has the same key.
create table export_parcel_events (
    seller_id  bigint not null,
    parcel_id  bigint not null,
    seq        int not null,
    key        text not null,
    kind       text not null,
    from_state text not null default '',
    to_state   text not null default '',
    at         timestamptz not null,
    actor      text not null,
    person_id  bigint references people (id) on delete set null,
    facts      jsonb,
    primary key (parcel_id, seq),
    constraint export_parcel_events_key_key unique (parcel_id, key),
    constraint export_parcel_events_parcel_id_fkey foreign key (seller_id, parcel_id) references export_parcels (seller_id, id),
    constraint export_parcel_events_actor_check check (actor in ('buyer', 'seller', 'officer', 'admin', 'post', 'customs', 'system'))
);
create index export_parcel_events_seller_id_idx on export_parcel_events (seller_id, parcel_id);
comment on table export_parcel_events is 'owner: dispatch';
comment on column export_parcel_events.at is 'when it happened, by whoever tells of it';

do $$
declare
    t text;
begin
    foreach t in array array['export_batches', 'export_parcels', 'export_parcel_events'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
    end loop;
end
$$;
grant select, insert, update, delete on export_batches, export_parcels to yarmarka_seller;
-- What happened is not changed afterwards.
grant select, insert on export_parcel_events to yarmarka_seller;
