-- step: create table users
create table "users" (
  "id" text not null,
  "name" text not null,
  "email" text,
  "phone" text,
  "language_code" text,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "users_pkey" primary key ("id"),
  constraint "users_id_check" check (length("id") <= 63),
  constraint "users_name_check" check (length("name") >= 1 and length("name") <= 200),
  constraint "users_email_check" check (length("email") <= 254),
  constraint "users_phone_check" check (length("phone") <= 16),
  constraint "users_language_code_check" check (length("language_code") <= 35),
  constraint "users_version_check" check ("version" >= 0)
) strict;
create index "users_name_id_index" on "users" ("name", "id");
create index "users_create_time_id_index" on "users" ("create_time", "id");
create index "users_update_time_id_index" on "users" ("update_time", "id");

-- step: create table assets
create table "assets" (
  "id" text not null,
  "asset_type" text not null,
  "state" text default 'AVAILABLE' not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "assets_pkey" primary key ("id"),
  constraint "assets_id_check" check (length("id") <= 63),
  constraint "assets_asset_type_check" check ("asset_type" in ('3-compartment', 'clamshell', 'large-bowl', 'small-bowl', 'mug')),
  constraint "assets_state_check" check ("state" in ('AVAILABLE', 'OUT')),
  constraint "assets_version_check" check ("version" >= 0)
) strict;
create index "assets_create_time_id_index" on "assets" ("create_time", "id");
create index "assets_update_time_id_index" on "assets" ("update_time", "id");

-- step: create table locations
create table "locations" (
  "id" text not null,
  "name" text not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "locations_pkey" primary key ("id"),
  constraint "locations_id_check" check (length("id") <= 63),
  constraint "locations_name_check" check (length("name") >= 1 and length("name") <= 200),
  constraint "locations_version_check" check ("version" >= 0)
) strict;
create index "locations_name_id_index" on "locations" ("name", "id");
create index "locations_create_time_id_index" on "locations" ("create_time", "id");
create index "locations_update_time_id_index" on "locations" ("update_time", "id");

-- step: create table rentals
create table "rentals" (
  "id" text not null,
  "user_id" text not null,
  "asset_id" text not null,
  "created_at_location_id" text not null,
  "expire_time" text not null,
  "status" text default 'IN_PROGRESS' not null,
  "eligible_asset_types" text not null,
  "returned_at_location_id" text,
  "return_time" text,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "rentals_pkey" primary key ("id"),
  constraint "rentals_id_check" check (length("id") <= 63),
  constraint "rentals_user_id_check" check (length("user_id") <= 63),
  constraint "rentals_asset_id_check" check (length("asset_id") <= 63),
  constraint "rentals_created_at_location_id_check" check (length("created_at_location_id") <= 63),
  constraint "rentals_status_check" check ("status" in ('IN_PROGRESS', 'COMPLETED', 'FLAGGED', 'FORGIVEN')),
  constraint "rentals_eligible_asset_types_check" check (json_valid("eligible_asset_types")),
  constraint "rentals_returned_at_location_id_check" check (length("returned_at_location_id") <= 63),
  constraint "rentals_version_check" check ("version" >= 0),
  constraint "rentals_user_id_foreign" foreign key ("user_id") references "users" ("id"),
  constraint "rentals_asset_id_foreign" foreign key ("asset_id") references "assets" ("id"),
  constraint "rentals_created_at_location_id_foreign" foreign key ("created_at_location_id") references "locations" ("id"),
  constraint "rentals_returned_at_location_id_foreign" foreign key ("returned_at_location_id") references "locations" ("id")
) strict;
create index "rentals_user_id_index" on "rentals" ("user_id");
create index "rentals_asset_id_index" on "rentals" ("asset_id");
create index "rentals_created_at_location_id_index" on "rentals" ("created_at_location_id");
create index "rentals_expire_time_id_index" on "rentals" ("expire_time", "id");
create index "rentals_returned_at_location_id_index" on "rentals" ("returned_at_location_id");
create index "rentals_return_time_id_index" on "rentals" ("return_time", "id");
create index "rentals_create_time_id_index" on "rentals" ("create_time", "id");
create index "rentals_update_time_id_index" on "rentals" ("update_time", "id");
create index "rentals_status_expire_time_index" on "rentals" ("status", "expire_time");

-- step: create table returns
create table "returns" (
  "id" text not null,
  "location_id" text not null,
  "user_qr_data" text not null,
  "asset_qr_data" text not null,
  "scan_time" text not null,
  "state" text default 'PENDING' not null,
  "rental_id" text,
  "reason" text,
  "expected_rental_id" text,
  "create_time" text not null,
  "update_time" text not null,
  "asset_key" text not null,
  "user_key" text not null,
  "version" integer not null,
  constraint "returns_pkey" primary key ("id"),
  constraint "returns_id_check" check (length("id") <= 63),
  constraint "returns_location_id_check" check (length("location_id") <= 63),
  constraint "returns_user_qr_data_check" check (length("user_qr_data") >= 1 and length("user_qr_data") <= 500),
  constraint "returns_asset_qr_data_check" check (length("asset_qr_data") >= 1 and length("asset_qr_data") <= 500),
  constraint "returns_state_check" check ("state" in ('PENDING', 'COMPLETED', 'REJECTED')),
  constraint "returns_rental_id_check" check (length("rental_id") <= 63),
  constraint "returns_reason_check" check ("reason" in ('qr_unreadable', 'user_unknown', 'asset_unknown', 'no_eligible_rental', 'already_returned', 'rental_mismatch')),
  constraint "returns_expected_rental_id_check" check (length("expected_rental_id") <= 63),
  constraint "returns_asset_key_check" check (length("asset_key") <= 63),
  constraint "returns_user_key_check" check (length("user_key") <= 63),
  constraint "returns_version_check" check ("version" >= 0),
  constraint "returns_location_id_foreign" foreign key ("location_id") references "locations" ("id"),
  constraint "returns_rental_id_foreign" foreign key ("rental_id") references "rentals" ("id")
) strict;
create index "returns_location_id_index" on "returns" ("location_id");
create index "returns_scan_time_id_index" on "returns" ("scan_time", "id");
create unique index "returns_rental_id_unique" on "returns" ("rental_id");
create index "returns_create_time_id_index" on "returns" ("create_time", "id");
create index "returns_update_time_id_index" on "returns" ("update_time", "id");
create unique index "returns_asset_key_user_key_scan_time_location_id_unique" on "returns" ("asset_key", "user_key", "scan_time", "location_id");
