-- step: create table mainspring_outbox
create table `mainspring_outbox` (
  `number` bigint not null auto_increment,
  `position` bigint,
  `type` varchar(200) not null,
  `subject` varchar(255) not null,
  `envelope` longtext not null,
  `create_time` datetime(3) not null,
  constraint `mainspring_outbox_pkey` primary key (`number`),
  constraint `mainspring_outbox_type_check` check (char_length(`type`) <= 200),
  constraint `mainspring_outbox_subject_check` check (char_length(`subject`) <= 255)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `mainspring_outbox_position_number_index` on `mainspring_outbox` (`position`, `number`);
create index `mainspring_outbox_subject_index` on `mainspring_outbox` (`subject`);

-- step: create table mainspring_inbox
create table `mainspring_inbox` (
  `position` bigint not null,
  `source` varchar(63) not null,
  `id` varchar(255) not null,
  `type` varchar(200) not null,
  `subject` varchar(255) not null,
  `envelope` longtext not null,
  `receive_time` datetime(3) not null,
  constraint `mainspring_inbox_pkey` primary key (`position`),
  constraint `mainspring_inbox_source_check` check (char_length(`source`) <= 63),
  constraint `mainspring_inbox_id_check` check (char_length(`id`) <= 255),
  constraint `mainspring_inbox_type_check` check (char_length(`type`) <= 200),
  constraint `mainspring_inbox_subject_check` check (char_length(`subject`) <= 255)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create unique index `mainspring_inbox_source_id_unique` on `mainspring_inbox` (`source`, `id`);
create index `mainspring_inbox_type_position_index` on `mainspring_inbox` (`type`, `position`);
create index `mainspring_inbox_subject_index` on `mainspring_inbox` (`subject`);

-- step: create table mainspring_logs
create table `mainspring_logs` (
  `name` varchar(200) not null,
  `position` bigint not null,
  constraint `mainspring_logs_pkey` primary key (`name`),
  constraint `mainspring_logs_name_check` check (char_length(`name`) <= 200),
  constraint `mainspring_logs_position_check` check (`position` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_subscriptions
create table `mainspring_subscriptions` (
  `source` varchar(200) not null,
  `lane` varchar(63) not null,
  `type` varchar(200) not null,
  `place` varchar(200) not null,
  constraint `mainspring_subscriptions_pkey` primary key (`source`, `lane`, `type`),
  constraint `mainspring_subscriptions_source_check` check (char_length(`source`) <= 200),
  constraint `mainspring_subscriptions_lane_check` check (char_length(`lane`) <= 63),
  constraint `mainspring_subscriptions_type_check` check (char_length(`type`) <= 200),
  constraint `mainspring_subscriptions_place_check` check (char_length(`place`) <= 200)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_readers
create table `mainspring_readers` (
  `name` varchar(200) not null,
  `position` bigint not null,
  `update_time` datetime(3) not null,
  constraint `mainspring_readers_pkey` primary key (`name`),
  constraint `mainspring_readers_name_check` check (char_length(`name`) <= 200),
  constraint `mainspring_readers_position_check` check (`position` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_leases
create table `mainspring_leases` (
  `name` varchar(200) not null,
  `holder` varchar(63),
  `epoch` bigint not null,
  `expire_time` datetime(3) not null,
  constraint `mainspring_leases_pkey` primary key (`name`),
  constraint `mainspring_leases_name_check` check (char_length(`name`) <= 200),
  constraint `mainspring_leases_holder_check` check (char_length(`holder`) <= 63),
  constraint `mainspring_leases_epoch_check` check (`epoch` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_listeners
create table `mainspring_listeners` (
  `name` varchar(200) not null,
  `types` longtext not null,
  `from` varchar(9) default ('now') not null,
  `position` bigint not null,
  `create_time` datetime(3) not null,
  constraint `mainspring_listeners_pkey` primary key (`name`),
  constraint `mainspring_listeners_name_check` check (char_length(`name`) <= 200),
  constraint `mainspring_listeners_types_check` check (json_valid(`types`)),
  constraint `mainspring_listeners_from_check` check (`from` in ('now', 'beginning')),
  constraint `mainspring_listeners_position_check` check (`position` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_marks
create table `mainspring_marks` (
  `listener` varchar(200) not null,
  `position` bigint not null,
  constraint `mainspring_marks_pkey` primary key (`listener`, `position`),
  constraint `mainspring_marks_listener_check` check (char_length(`listener`) <= 200)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_pauses
create table `mainspring_pauses` (
  `queue` varchar(200) not null,
  `create_time` datetime(3) not null,
  constraint `mainspring_pauses_pkey` primary key (`queue`),
  constraint `mainspring_pauses_queue_check` check (char_length(`queue`) <= 200)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- step: create table mainspring_items
create table `mainspring_items` (
  `number` bigint not null auto_increment,
  `queue` varchar(200) not null,
  `key` varchar(255),
  `state` varchar(7) not null,
  `payload` longtext not null,
  `position` bigint,
  `subject` varchar(255),
  `due_time` datetime(3) not null,
  `attempts` bigint not null,
  `epoch` bigint not null,
  `lease_time` datetime(3),
  `error` longtext,
  `cause` varchar(200),
  `origin` longtext,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  constraint `mainspring_items_pkey` primary key (`number`),
  constraint `mainspring_items_queue_check` check (char_length(`queue`) <= 200),
  constraint `mainspring_items_key_check` check (char_length(`key`) <= 255),
  constraint `mainspring_items_state_check` check (`state` in ('READY', 'WAITING', 'BLOCKED', 'LEASED', 'DEAD')),
  constraint `mainspring_items_subject_check` check (char_length(`subject`) <= 255),
  constraint `mainspring_items_attempts_check` check (`attempts` >= 0),
  constraint `mainspring_items_epoch_check` check (`epoch` >= 0),
  constraint `mainspring_items_cause_check` check (char_length(`cause`) <= 200)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `mainspring_items_queue_state_due_time_number_index` on `mainspring_items` (`queue`, `state`, `due_time`, `number`);
create index `mainspring_items_queue_state_key_number_index` on `mainspring_items` (`queue`, `state`, `key`, `number`);
create unique index `mainspring_items_queue_position_unique` on `mainspring_items` (`queue`, `position`);

-- step: create table mainspring_attempts
create table `mainspring_attempts` (
  `number` bigint not null auto_increment,
  `item` bigint not null,
  `error` longtext not null,
  `create_time` datetime(3) not null,
  constraint `mainspring_attempts_pkey` primary key (`number`)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `mainspring_attempts_item_index` on `mainspring_attempts` (`item`);

-- step: create table mainspring_interventions
create table `mainspring_interventions` (
  `number` bigint not null auto_increment,
  `actor` varchar(255) not null,
  `action` varchar(63) not null,
  `queue` varchar(200) not null,
  `item` bigint,
  `payload` longtext,
  `create_time` datetime(3) not null,
  constraint `mainspring_interventions_pkey` primary key (`number`),
  constraint `mainspring_interventions_actor_check` check (char_length(`actor`) <= 255),
  constraint `mainspring_interventions_action_check` check (char_length(`action`) <= 63),
  constraint `mainspring_interventions_queue_check` check (char_length(`queue`) <= 200)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `mainspring_interventions_item_index` on `mainspring_interventions` (`item`);
create index `mainspring_interventions_queue_index` on `mainspring_interventions` (`queue`);

-- step: create table mainspring_schedules
create table `mainspring_schedules` (
  `name` varchar(200) not null,
  `rule` varchar(200) not null,
  `due_time` datetime(3) not null,
  `last_time` datetime(3),
  `attempts` bigint not null,
  constraint `mainspring_schedules_pkey` primary key (`name`),
  constraint `mainspring_schedules_name_check` check (char_length(`name`) <= 200),
  constraint `mainspring_schedules_rule_check` check (char_length(`rule`) <= 200),
  constraint `mainspring_schedules_attempts_check` check (`attempts` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
