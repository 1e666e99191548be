-- step: create table mainspring_locks
create table `mainspring_locks` (
  `slot` bigint not null,
  constraint `mainspring_locks_pkey` primary key (`slot`),
  constraint `mainspring_locks_slot_check` check (`slot` >= 0 and `slot` <= 4095)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
