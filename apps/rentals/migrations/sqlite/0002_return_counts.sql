-- step: create table return_counts
create table "return_counts" (
  "id" text not null,
  "location_id" text not null,
  "completed" integer default 0 not null,
  "flagged" integer default 0 not null,
  "rejected" integer default 0 not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "return_counts_pkey" primary key ("id"),
  constraint "return_counts_id_check" check (length("id") <= 63),
  constraint "return_counts_location_id_check" check (length("location_id") <= 63),
  constraint "return_counts_completed_check" check ("completed" >= 0),
  constraint "return_counts_flagged_check" check ("flagged" >= 0),
  constraint "return_counts_rejected_check" check ("rejected" >= 0),
  constraint "return_counts_version_check" check ("version" >= 0)
) strict;
create index "return_counts_completed_id_index" on "return_counts" ("completed", "id");
create index "return_counts_flagged_id_index" on "return_counts" ("flagged", "id");
create index "return_counts_rejected_id_index" on "return_counts" ("rejected", "id");
create index "return_counts_create_time_id_index" on "return_counts" ("create_time", "id");
create index "return_counts_update_time_id_index" on "return_counts" ("update_time", "id");
