-- step: create table factories
create table "factories" (
  "id" text not null,
  "name" text,
  "chart_data" text not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "factories_pkey" primary key ("id"),
  constraint "factories_id_check" check (length("id") <= 63),
  constraint "factories_name_check" check (length("name") >= 1 and length("name") <= 200),
  constraint "factories_chart_data_check" check (json_valid("chart_data")),
  constraint "factories_version_check" check ("version" >= 0)
) strict;
create index "factories_name_id_index" on "factories" ("name", "id");
create index "factories_create_time_id_index" on "factories" ("create_time", "id");
create index "factories_update_time_id_index" on "factories" ("update_time", "id");

-- step: create table sprockets
create table "sprockets" (
  "id" text not null,
  "teeth" integer not null,
  "pitch_diameter" real not null,
  "outside_diameter" real not null,
  "pitch" real not null,
  "create_time" text not null,
  "update_time" text not null,
  "version" integer not null,
  constraint "sprockets_pkey" primary key ("id"),
  constraint "sprockets_id_check" check (length("id") <= 63),
  constraint "sprockets_teeth_check" check ("teeth" >= 1),
  constraint "sprockets_pitch_diameter_check" check ("pitch_diameter" > 0),
  constraint "sprockets_outside_diameter_check" check ("outside_diameter" > 0),
  constraint "sprockets_pitch_check" check ("pitch" > 0),
  constraint "sprockets_version_check" check ("version" >= 0)
) strict;
create index "sprockets_teeth_id_index" on "sprockets" ("teeth", "id");
create index "sprockets_pitch_diameter_id_index" on "sprockets" ("pitch_diameter", "id");
create index "sprockets_outside_diameter_id_index" on "sprockets" ("outside_diameter", "id");
create index "sprockets_pitch_id_index" on "sprockets" ("pitch", "id");
create index "sprockets_create_time_id_index" on "sprockets" ("create_time", "id");
create index "sprockets_update_time_id_index" on "sprockets" ("update_time", "id");
