-- step: create table orders
create table "orders" (
  "id" text collate "C" not null,
  "name" text collate "C" not null,
  "contact_phones" json not null,
  "delivery_address" json not null,
  "packages" json not null,
  "total_minor" bigint not null,
  "currency_code" text collate "C" not null,
  "state" text collate "C" default 'PLACED' not null,
  "state_changes" json default '[]' not null,
  "create_time" timestamptz(3) not null,
  "update_time" timestamptz(3) not null,
  "version" bigint not null,
  constraint "orders_pkey" primary key ("id"),
  constraint "orders_id_check" check (char_length("id") <= 63),
  constraint "orders_name_check" check (char_length("name") >= 5 and char_length("name") <= 200),
  constraint "orders_total_minor_check" check ("total_minor" >= 0),
  constraint "orders_currency_code_check" check (char_length("currency_code") <= 3),
  constraint "orders_state_check" check ("state" in ('PLACED', 'ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED', 'CANCELLED')),
  constraint "orders_version_check" check ("version" >= 0)
);
create index "orders_create_time_id_index" on "orders" ("create_time", "id");
create index "orders_update_time_id_index" on "orders" ("update_time", "id");
create index "orders_state_create_time_index" on "orders" ("state", "create_time");
