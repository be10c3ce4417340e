create table carts (
    id         bigint generated always as identity primary key,
    person_id  bigint references people (id) on delete cascade,
    session_id bigint references sessions (id) on delete cascade,
    hold_key   text not null default '',
    created_at timestamptz not null default now(),
    constraint carts_owner_check check (num_nonnulls(person_id, session_id) = 1),
    constraint carts_person_id_key unique (person_id),
    constraint carts_session_id_key unique (session_id)
);
comment on table carts is 'owner: cart';
comment on column carts.hold_key is 'the hold of the checkout under way: what it keeps is not sold out for its own buyer';

-- A line is a wish, not a promise: stock is taken by a hold at checkout.
-- seen_price is the price the buyer last agreed to; a higher one needs a new yes.
create table cart_lines (
    id            bigint generated always as identity primary key,
    cart_id       bigint not null references carts (id) on delete cascade,
    offer_id      bigint not null references offers (id),
    qty           int not null,
    selected      boolean not null default true,
    seen_price    bigint not null,
    seen_currency char(3) not null,
    added_at      timestamptz not null default now(),
    removed_at    timestamptz,
    constraint cart_lines_cart_id_offer_id_key unique (cart_id, offer_id),
    constraint cart_lines_qty_check check (qty between 1 and 999),
    constraint cart_lines_seen_price_check check (seen_price >= 0)
);
create index cart_lines_offer_id_idx on cart_lines (offer_id);
comment on table cart_lines is 'owner: cart';

create table wishes (
    id         bigint generated always as identity primary key,
    person_id  bigint references people (id) on delete cascade,
    session_id bigint references sessions (id) on delete cascade,
    product_id bigint not null references products (id) on delete cascade,
    added_at   timestamptz not null default now(),
    constraint wishes_owner_check check (num_nonnulls(person_id, session_id) = 1),
    constraint wishes_person_id_product_id_key unique (person_id, product_id),
    constraint wishes_session_id_product_id_key unique (session_id, product_id)
);
create index wishes_product_id_idx on wishes (product_id);
comment on table wishes is 'owner: cart';

create table compare_items (
    id         bigint generated always as identity primary key,
    person_id  bigint references people (id) on delete cascade,
    session_id bigint references sessions (id) on delete cascade,
    product_id bigint not null references products (id) on delete cascade,
    added_at   timestamptz not null default now(),
    constraint compare_items_owner_check check (num_nonnulls(person_id, session_id) = 1),
    constraint compare_items_person_id_product_id_key unique (person_id, product_id),
    constraint compare_items_session_id_product_id_key unique (session_id, product_id)
);
create index compare_items_product_id_idx on compare_items (product_id);
comment on table compare_items is 'owner: cart';
