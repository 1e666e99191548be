-- step: create table orders
create table "orders" (
  "id" text not null,
  "name" text not null,
  "contact_phones" text not null,
  "delivery_address" text not null,
  "packages" text not null,
  "total_minor" integer not null,
  "currency_code" text not null,
  "state" text default 'PLACED' not null,
  "state_changes" text default '[]' not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "orders_pkey" primary key ("id"),
  constraint "orders_id_check" check (length("id") <= 63),
  constraint "orders_name_check" check (length("name") >= 5 and length("name") <= 200),
  constraint "orders_contact_phones_check" check (json_valid("contact_phones")),
  constraint "orders_delivery_address_check" check (json_valid("delivery_address")),
  constraint "orders_packages_check" check (json_valid("packages")),
  constraint "orders_total_minor_check" check ("total_minor" >= 0),
  constraint "orders_currency_code_check" check (length("currency_code") <= 3),
  constraint "orders_state_check" check ("state" in ('PLACED', 'ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED', 'CANCELLED')),
  constraint "orders_state_changes_check" check (json_valid("state_changes")),
  constraint "orders_version_check" check ("version" >= 0)
) strict;
create index "orders_create_time_id_index" on "orders" ("create_time", "id");
create index "orders_update_time_id_index" on "orders" ("update_time", "id");
create index "orders_state_create_time_index" on "orders" ("state", "create_time");
