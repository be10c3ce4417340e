-- A checkout is one attempt to buy: the stock held for it, what was typed so far, and the key that
-- makes a second press of the button find the first one's purchase.
create table checkouts (
    id          bigint generated always as identity primary key,
    key         text not null,
    person_id   bigint references people (id) on delete cascade,
    session_id  bigint references sessions (id) on delete set null,
    cart_id     bigint references carts (id) on delete set null,
    expires_at  timestamptz not null,
    extended    boolean not null default false,
    draft       jsonb not null default '{}',
    created_at  timestamptz not null,
    closed_at   timestamptz,
    purchase_id bigint,
    constraint checkouts_key_key unique (key)
);
create unique index checkouts_cart_id_open_key on checkouts (cart_id) where closed_at is null;
create index checkouts_expires_at_open_idx on checkouts (expires_at) where closed_at is null;
create index checkouts_person_id_idx on checkouts (person_id);
create index checkouts_session_id_idx on checkouts (session_id);
comment on table checkouts is 'owner: order';

create table checkout_lines (
    checkout_id bigint not null references checkouts (id) on delete cascade,
    offer_id    bigint not null references offers (id),
    qty         int not null,
    primary key (checkout_id, offer_id),
    constraint checkout_lines_qty_check check (qty > 0)
);
comment on table checkout_lines is 'owner: order';

-- The buyer's side: one purchase, one payment. Its state is derived from paid_at, closed_at and parcels.
create table purchases (
    id              bigint generated always as identity primary key,
    number          text not null,
    attempt_key     text not null,
    person_id       bigint references people (id) on delete set null,
    session_id      bigint references sessions (id) on delete set null,
    email           text not null,
    recipient       jsonb not null,
    lang            char(2) not null,
    comment         text not null default '',
    provider        text not null,
    currency        char(3) not null,
    goods           bigint not null,
    delivery        bigint not null,
    discount        bigint not null default 0,
    total           bigint not null,
    placed_at       timestamptz not null,
    pay_by          timestamptz not null,
    paid_at         timestamptz,
    closed_at       timestamptz,
    closed_reason   text not null default '',
    constraint purchases_number_key unique (number),
    constraint purchases_attempt_key_key unique (attempt_key),
    constraint purchases_total_check check (total = goods + delivery - discount and goods >= 0 and delivery >= 0 and discount between 0 and goods)
);
create index purchases_person_id_idx on purchases (person_id, placed_at desc, id desc);
create index purchases_session_id_idx on purchases (session_id);
create index purchases_unpaid_idx on purchases (pay_by) where paid_at is null and closed_at is null;
comment on table purchases is 'owner: order';
comment on column purchases.closed_at is 'set when an unpaid purchase expired or was called off; parcels say the rest';

alter table checkouts add constraint checkouts_purchase_id_fkey foreign key (purchase_id) references purchases (id);

-- Capability keys of guests: the link in a mail opens the order, the database holds only a hash.
create table purchase_keys (
    hash        bytea primary key,
    purchase_id bigint not null references purchases (id) on delete cascade,
    created_at  timestamptz not null
);
create index purchase_keys_purchase_id_idx on purchase_keys (purchase_id);
comment on table purchase_keys is 'owner: order';

-- The seller's side: one order per seller, totals frozen at placement.
create table orders (
    id           bigint generated always as identity primary key,
    purchase_id  bigint not null references purchases (id),
    seller_id    bigint not null references sellers (id),
    number       text not null,
    email        text not null,
    lang         char(2) not null,
    recipient    jsonb not null,
    method       jsonb not null,
    comment      text not null default '',
    currency     char(3) not null,
    goods        bigint not null,
    delivery     bigint not null,
    discount     bigint not null default 0,
    total        bigint not null,
    refunded     bigint not null default 0,
    placed_at    timestamptz not null,
    paid_at      timestamptz,
    constraint orders_number_key unique (number),
    constraint orders_seller_id_id_key unique (seller_id, id),
    constraint orders_purchase_id_seller_id_key unique (purchase_id, seller_id),
    constraint orders_total_check check (total = goods + delivery - discount and goods >= 0 and delivery >= 0 and discount between 0 and goods),
    constraint orders_refunded_check check (refunded between 0 and total)
);
create index orders_seller_id_placed_at_idx on orders (seller_id, placed_at desc, id desc);
comment on table orders is 'owner: order';
comment on column orders.method is 'delivery as chosen: kind, name, point, promised dates; a snapshot';

create table order_lines (
    id         bigint generated always as identity primary key,
    order_id   bigint not null,
    seller_id  bigint not null,
    offer_id   bigint not null references offers (id),
    product_id bigint not null references products (id),
    title_ru   text not null,
    title_en   text not null,
    options_ru text not null default '',
    options_en text not null default '',
    sku        text not null default '',
    image      text not null default '',
    weight_g   int not null default 0,
    price      bigint not null,
    qty        int not null,
    discount   bigint not null default 0,
    total      bigint not null,
    cancelled  int not null default 0,
    constraint order_lines_order_id_fkey foreign key (seller_id, order_id) references orders (seller_id, id),
    constraint order_lines_seller_id_id_key unique (seller_id, id),
    constraint order_lines_total_check check (total = price * qty - discount and price >= 0 and qty > 0 and discount >= 0 and total >= 0),
    constraint order_lines_cancelled_check check (cancelled between 0 and qty)
);
create index order_lines_order_id_idx on order_lines (seller_id, order_id);
create index order_lines_offer_id_idx on order_lines (offer_id);
create index order_lines_product_id_idx on order_lines (product_id);
comment on table order_lines is 'owner: order';

create table parcels (
    id         bigint generated always as identity primary key,
    order_id   bigint not null,
    seller_id  bigint not null,
    seq        int not null,
    state      text not null,
    since      timestamptz not null,
    due_at     timestamptz,
    boxes      int not null default 1,
    carrier    text not null default '',
    tracking   text not null default '',
    last_event int not null default 0,
    constraint parcels_order_id_fkey foreign key (seller_id, order_id) references orders (seller_id, id),
    constraint parcels_seller_id_id_key unique (seller_id, id),
    constraint parcels_order_id_seq_key unique (order_id, seq),
    constraint parcels_boxes_check check (boxes between 1 and 99),
    constraint parcels_state_check check (state in ('awaiting_payment', 'confirmed', 'assembling', 'packed', 'handed_over',
        'export_customs', 'left_country', 'import_customs', 'in_transit', 'at_pickup', 'delivery_attempt', 'delivered', 'closed',
        'cancelled', 'lost', 'damaged', 'returning', 'returned_to_seller'))
);
create index parcels_seller_id_state_idx on parcels (seller_id, state, due_at);
create index parcels_order_id_idx on parcels (seller_id, order_id);
comment on table parcels is 'owner: order';
comment on column parcels.due_at is 'late clock of the state: when somebody should have moved it on';

create table parcel_lines (
    parcel_id     bigint not null,
    order_line_id bigint not null,
    seller_id     bigint not null,
    qty           int not null,
    primary key (parcel_id, order_line_id),
    constraint parcel_lines_parcel_id_fkey foreign key (seller_id, parcel_id) references parcels (seller_id, id),
    constraint parcel_lines_order_line_id_fkey foreign key (seller_id, order_line_id) references order_lines (seller_id, id),
    constraint parcel_lines_qty_check check (qty > 0)
);
create index parcel_lines_order_line_id_idx on parcel_lines (seller_id, order_line_id);
comment on table parcel_lines is 'owner: order';

create table parcel_events (
    id         bigint generated always as identity primary key,
    parcel_id  bigint not null,
    seller_id  bigint not null,
    seq        int not null,
    from_state text not null,
    to_state   text not null,
    actor      text not null,
    person_id  bigint references people (id) on delete set null,
    reason     text not null default '',
    note       text not null default '',
    raw        jsonb,
    at         timestamptz not null,
    constraint parcel_events_parcel_id_seq_key unique (parcel_id, seq),
    constraint parcel_events_parcel_id_fkey foreign key (seller_id, parcel_id) references parcels (seller_id, id),
    constraint parcel_events_actor_check check (actor in ('buyer', 'seller', 'admin', 'carrier', 'system'))
);
create index parcel_events_seller_id_at_idx on parcel_events (seller_id, at);
comment on table parcel_events is 'owner: order';

-- What was called off before hand-over and the exact money that goes back for it.
create table cancellations (
    id        bigint generated always as identity primary key,
    order_id  bigint not null,
    seller_id bigint not null,
    actor     text not null,
    reason    text not null,
    note      text not null default '',
    goods     bigint not null,
    delivery  bigint not null,
    amount    bigint not null,
    currency  char(3) not null,
    at        timestamptz not null,
    constraint cancellations_order_id_fkey foreign key (seller_id, order_id) references orders (seller_id, id),
    constraint cancellations_seller_id_id_key unique (seller_id, id),
    constraint cancellations_amount_check check (amount = goods + delivery and goods >= 0 and delivery >= 0)
);
create index cancellations_order_id_idx on cancellations (seller_id, order_id);
comment on table cancellations is 'owner: order';

create table cancellation_lines (
    cancellation_id bigint not null,
    order_line_id   bigint not null,
    seller_id       bigint not null,
    qty             int not null,
    amount          bigint not null,
    primary key (cancellation_id, order_line_id),
    constraint cancellation_lines_cancellation_id_fkey foreign key (seller_id, cancellation_id) references cancellations (seller_id, id),
    constraint cancellation_lines_order_line_id_fkey foreign key (seller_id, order_line_id) references order_lines (seller_id, id),
    constraint cancellation_lines_sane_check check (qty > 0 and amount >= 0)
);
create index cancellation_lines_order_line_id_idx on cancellation_lines (seller_id, order_line_id);
comment on table cancellation_lines is 'owner: order';

do $$
declare
    t text;
begin
    foreach t in array array['orders', 'order_lines', 'parcels', 'parcel_lines', 'parcel_events', 'cancellations', 'cancellation_lines'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy %I on %I to yarmarka_seller using (seller_id = app_seller_id()) with check (seller_id = app_seller_id())', t || '_seller', t);
        execute format('grant select, insert, update, delete on %I to yarmarka_seller', t);
    end loop;
end
$$;
