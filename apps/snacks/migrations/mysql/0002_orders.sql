-- step: create table orders
create table `orders` (
  `id` varchar(63) not null,
  `name` varchar(200) not null,
  `contact_phones` longtext not null,
  `delivery_address` longtext not null,
  `packages` longtext not null,
  `total_minor` bigint not null,
  `currency_code` varchar(3) not null,
  `state` varchar(9) default ('PLACED') not null,
  `state_changes` longtext default ('[]') not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `version` bigint not null,
  constraint `orders_pkey` primary key (`id`),
  constraint `orders_id_check` check (char_length(`id`) <= 63),
  constraint `orders_name_check` check (char_length(`name`) >= 5 and char_length(`name`) <= 200),
  constraint `orders_contact_phones_check` check (json_valid(`contact_phones`)),
  constraint `orders_delivery_address_check` check (json_valid(`delivery_address`)),
  constraint `orders_packages_check` check (json_valid(`packages`)),
  constraint `orders_total_minor_check` check (`total_minor` >= 0),
  constraint `orders_currency_code_check` check (char_length(`currency_code`) <= 3),
  constraint `orders_state_check` check (`state` in ('PLACED', 'ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED', 'CANCELLED')),
  constraint `orders_state_changes_check` check (json_valid(`state_changes`)),
  constraint `orders_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `orders_create_time_id_index` on `orders` (`create_time`, `id`);
create index `orders_update_time_id_index` on `orders` (`update_time`, `id`);
create index `orders_state_create_time_index` on `orders` (`state`, `create_time`);
