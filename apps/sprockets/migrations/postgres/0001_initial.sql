-- step: create table factories
create table "factories" (
  "id" text collate "C" not null,
  "name" text collate "C",
  "chart_data" json not null,
  "create_time" timestamptz(3) not null,
  "update_time" timestamptz(3) not null,
  "version" bigint not null,
  constraint "factories_pkey" primary key ("id"),
  constraint "factories_id_check" check (char_length("id") <= 63),
  constraint "factories_name_check" check (char_length("name") >= 1 and char_length("name") <= 200),
  constraint "factories_version_check" check ("version" >= 0)
);
create index "factories_name_id_index" on "factories" ("name" nulls first, "id");
create index "factories_create_time_id_index" on "factories" ("create_time", "id");
create index "factories_update_time_id_index" on "factories" ("update_time", "id");

-- step: create table sprockets
create table "sprockets" (
  "id" text collate "C" not null,
  "teeth" bigint not null,
  "pitch_diameter" double precision not null,
  "outside_diameter" double precision not null,
  "pitch" double precision not null,
  "create_time" timestamptz(3) not null,
  "update_time" timestamptz(3) not null,
  "version" bigint not null,
  constraint "sprockets_pkey" primary key ("id"),
  constraint "sprockets_id_check" check (char_length("id") <= 63),
  constraint "sprockets_teeth_check" check ("teeth" >= 1),
  constraint "sprockets_pitch_diameter_check" check ("pitch_diameter" > 0),
  constraint "sprockets_outside_diameter_check" check ("outside_diameter" > 0),
  constraint "sprockets_pitch_check" check ("pitch" > 0),
  constraint "sprockets_version_check" check ("version" >= 0)
);
create index "sprockets_teeth_id_index" on "sprockets" ("teeth", "id");
create index "sprockets_pitch_diameter_id_index" on "sprockets" ("pitch_diameter", "id");
create index "sprockets_outside_diameter_id_index" on "sprockets" ("outside_diameter", "id");
create index "sprockets_pitch_id_index" on "sprockets" ("pitch", "id");
create index "sprockets_create_time_id_index" on "sprockets" ("create_time", "id");
create index "sprockets_update_time_id_index" on "sprockets" ("update_time", "id");
