-- step: create table mainspring_outbox
create table "mainspring_outbox" (
  "number" integer not null primary key autoincrement,
  "position" integer,
  "type" text not null,
  "subject" text not null,
  "envelope" text not null,
  "create_time" text not null,
  constraint "mainspring_outbox_type_check" check (length("type") <= 200),
  constraint "mainspring_outbox_subject_check" check (length("subject") <= 255)
) strict;
create index "mainspring_outbox_position_number_index" on "mainspring_outbox" ("position", "number");
create index "mainspring_outbox_subject_index" on "mainspring_outbox" ("subject");

-- step: create table mainspring_inbox
create table "mainspring_inbox" (
  "position" integer not null,
  "source" text not null,
  "id" text not null,
  "type" text not null,
  "subject" text not null,
  "envelope" text not null,
  "receive_time" text not null,
  constraint "mainspring_inbox_pkey" primary key ("position"),
  constraint "mainspring_inbox_source_check" check (length("source") <= 63),
  constraint "mainspring_inbox_id_check" check (length("id") <= 255),
  constraint "mainspring_inbox_type_check" check (length("type") <= 200),
  constraint "mainspring_inbox_subject_check" check (length("subject") <= 255)
) strict;
create unique index "mainspring_inbox_source_id_unique" on "mainspring_inbox" ("source", "id");
create index "mainspring_inbox_type_position_index" on "mainspring_inbox" ("type", "position");
create index "mainspring_inbox_subject_index" on "mainspring_inbox" ("subject");

-- step: create table mainspring_logs
create table "mainspring_logs" (
  "name" text not null,
  "position" integer not null,
  constraint "mainspring_logs_pkey" primary key ("name"),
  constraint "mainspring_logs_name_check" check (length("name") <= 200),
  constraint "mainspring_logs_position_check" check ("position" >= 0)
) strict;

-- step: create table mainspring_subscriptions
create table "mainspring_subscriptions" (
  "source" text not null,
  "lane" text not null,
  "type" text not null,
  "place" text not null,
  constraint "mainspring_subscriptions_pkey" primary key ("source", "lane", "type"),
  constraint "mainspring_subscriptions_source_check" check (length("source") <= 200),
  constraint "mainspring_subscriptions_lane_check" check (length("lane") <= 63),
  constraint "mainspring_subscriptions_type_check" check (length("type") <= 200),
  constraint "mainspring_subscriptions_place_check" check (length("place") <= 200)
) strict;

-- step: create table mainspring_readers
create table "mainspring_readers" (
  "name" text not null,
  "position" integer not null,
  "update_time" text not null,
  constraint "mainspring_readers_pkey" primary key ("name"),
  constraint "mainspring_readers_name_check" check (length("name") <= 200),
  constraint "mainspring_readers_position_check" check ("position" >= 0)
) strict;

-- step: create table mainspring_leases
create table "mainspring_leases" (
  "name" text not null,
  "holder" text,
  "epoch" integer not null,
  "expire_time" text not null,
  constraint "mainspring_leases_pkey" primary key ("name"),
  constraint "mainspring_leases_name_check" check (length("name") <= 200),
  constraint "mainspring_leases_holder_check" check (length("holder") <= 63),
  constraint "mainspring_leases_epoch_check" check ("epoch" >= 0)
) strict;

-- step: create table mainspring_listeners
create table "mainspring_listeners" (
  "name" text not null,
  "types" text not null,
  "from" text default 'now' not null,
  "position" integer not null,
  "create_time" text not null,
  constraint "mainspring_listeners_pkey" primary key ("name"),
  constraint "mainspring_listeners_name_check" check (length("name") <= 200),
  constraint "mainspring_listeners_types_check" check (json_valid("types")),
  constraint "mainspring_listeners_from_check" check ("from" in ('now', 'beginning')),
  constraint "mainspring_listeners_position_check" check ("position" >= 0)
) strict;

-- step: create table mainspring_marks
create table "mainspring_marks" (
  "listener" text not null,
  "position" integer not null,
  constraint "mainspring_marks_pkey" primary key ("listener", "position"),
  constraint "mainspring_marks_listener_check" check (length("listener") <= 200)
) strict;

-- step: create table mainspring_pauses
create table "mainspring_pauses" (
  "queue" text not null,
  "create_time" text not null,
  constraint "mainspring_pauses_pkey" primary key ("queue"),
  constraint "mainspring_pauses_queue_check" check (length("queue") <= 200)
) strict;

-- step: create table mainspring_items
create table "mainspring_items" (
  "number" integer not null primary key autoincrement,
  "queue" text not null,
  "key" text,
  "state" text not null,
  "payload" text not null,
  "position" integer,
  "subject" text,
  "due_time" text not null,
  "attempts" integer not null,
  "epoch" integer not null,
  "lease_time" text,
  "error" text,
  "cause" text,
  "origin" text,
  "create_time" text not null,
  "update_time" text not null,
  constraint "mainspring_items_queue_check" check (length("queue") <= 200),
  constraint "mainspring_items_key_check" check (length("key") <= 255),
  constraint "mainspring_items_state_check" check ("state" in ('READY', 'WAITING', 'BLOCKED', 'LEASED', 'DEAD')),
  constraint "mainspring_items_subject_check" check (length("subject") <= 255),
  constraint "mainspring_items_attempts_check" check ("attempts" >= 0),
  constraint "mainspring_items_epoch_check" check ("epoch" >= 0),
  constraint "mainspring_items_cause_check" check (length("cause") <= 200)
) strict;
create index "mainspring_items_queue_state_due_time_number_index" on "mainspring_items" ("queue", "state", "due_time", "number");
create index "mainspring_items_queue_state_key_number_index" on "mainspring_items" ("queue", "state", "key", "number");
create unique index "mainspring_items_queue_position_unique" on "mainspring_items" ("queue", "position");

-- step: create table mainspring_attempts
create table "mainspring_attempts" (
  "number" integer not null primary key autoincrement,
  "item" integer not null,
  "error" text not null,
  "create_time" text not null
) strict;
create index "mainspring_attempts_item_index" on "mainspring_attempts" ("item");

-- step: create table mainspring_interventions
create table "mainspring_interventions" (
  "number" integer not null primary key autoincrement,
  "actor" text not null,
  "action" text not null,
  "queue" text not null,
  "item" integer,
  "payload" text,
  "create_time" text not null,
  constraint "mainspring_interventions_actor_check" check (length("actor") <= 255),
  constraint "mainspring_interventions_action_check" check (length("action") <= 63),
  constraint "mainspring_interventions_queue_check" check (length("queue") <= 200)
) strict;
create index "mainspring_interventions_item_index" on "mainspring_interventions" ("item");
create index "mainspring_interventions_queue_index" on "mainspring_interventions" ("queue");

-- step: create table mainspring_schedules
create table "mainspring_schedules" (
  "name" text not null,
  "rule" text not null,
  "due_time" text not null,
  "last_time" text,
  "attempts" integer not null,
  constraint "mainspring_schedules_pkey" primary key ("name"),
  constraint "mainspring_schedules_name_check" check (length("name") <= 200),
  constraint "mainspring_schedules_rule_check" check (length("rule") <= 200),
  constraint "mainspring_schedules_attempts_check" check ("attempts" >= 0)
) strict;
