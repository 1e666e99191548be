-- step: create table return_counts
create table "return_counts" (
  "id" text not null,
  "location_id" text not null,
  "in_time" integer default 0 not null,
  "late" integer default 0 not null,
  "rejected" integer default 0 not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "return_counts_pkey" primary key ("id"),
  constraint "return_counts_id_check" check (length("id") <= 63),
  constraint "return_counts_location_id_check" check (length("location_id") <= 63),
  constraint "return_counts_in_time_check" check ("in_time" >= 0),
  constraint "return_counts_late_check" check ("late" >= 0),
  constraint "return_counts_rejected_check" check ("rejected" >= 0),
  constraint "return_counts_version_check" check ("version" >= 0)
) strict;
create index "return_counts_in_time_id_index" on "return_counts" ("in_time", "id");
create index "return_counts_late_id_index" on "return_counts" ("late", "id");
create index "return_counts_rejected_id_index" on "return_counts" ("rejected", "id");
create index "return_counts_create_time_id_index" on "return_counts" ("create_time", "id");
create index "return_counts_update_time_id_index" on "return_counts" ("update_time", "id");
