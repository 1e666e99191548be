-- step: create table mainspring_locks
create table "mainspring_locks" (
  "slot" integer not null,
  constraint "mainspring_locks_pkey" primary key ("slot"),
  constraint "mainspring_locks_slot_check" check ("slot" >= 0 and "slot" <= 4095)
) strict;
