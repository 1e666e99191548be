-- step: create table payees
create table `payees` (
  `id` varchar(63) not null,
  `name` varchar(200) not null,
  `email` varchar(254),
  `phone` varchar(40),
  `note` longtext,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `name_key` varchar(600) not null,
  `version` bigint not null,
  constraint `payees_pkey` primary key (`id`),
  constraint `payees_id_check` check (char_length(`id`) <= 63),
  constraint `payees_name_check` check (char_length(`name`) >= 1 and char_length(`name`) <= 200),
  constraint `payees_email_check` check (char_length(`email`) <= 254),
  constraint `payees_phone_check` check (char_length(`phone`) >= 1 and char_length(`phone`) <= 40),
  constraint `payees_note_check` check (char_length(`note`) >= 1 and char_length(`note`) <= 2000),
  constraint `payees_name_key_check` check (char_length(`name_key`) <= 600),
  constraint `payees_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `payees_name_id_index` on `payees` (`name`, `id`);
create index `payees_create_time_id_index` on `payees` (`create_time`, `id`);
create index `payees_update_time_id_index` on `payees` (`update_time`, `id`);
create index `payees_name_key_index` on `payees` (`name_key`);

-- step: create table budget_items
create table `budget_items` (
  `id` varchar(63) not null,
  `item` varchar(200) not null,
  `amount_minor` bigint not null,
  `currency_code` varchar(3) not null,
  `flow` varchar(7) default ('OUTFLOW') not null,
  `payor_id` varchar(63) not null,
  `payee_id` varchar(63) not null,
  `transaction_date` date not null,
  `category` varchar(100),
  `note` longtext,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `month` varchar(7) not null,
  `version` bigint not null,
  constraint `budget_items_pkey` primary key (`id`),
  constraint `budget_items_id_check` check (char_length(`id`) <= 63),
  constraint `budget_items_item_check` check (char_length(`item`) >= 1 and char_length(`item`) <= 200),
  constraint `budget_items_amount_minor_check` check (`amount_minor` >= 0),
  constraint `budget_items_currency_code_check` check (char_length(`currency_code`) <= 3),
  constraint `budget_items_flow_check` check (`flow` in ('INFLOW', 'OUTFLOW')),
  constraint `budget_items_payor_id_check` check (char_length(`payor_id`) <= 63),
  constraint `budget_items_payee_id_check` check (char_length(`payee_id`) <= 63),
  constraint `budget_items_category_check` check (char_length(`category`) >= 1 and char_length(`category`) <= 100),
  constraint `budget_items_note_check` check (char_length(`note`) >= 1 and char_length(`note`) <= 2000),
  constraint `budget_items_month_check` check (char_length(`month`) <= 7),
  constraint `budget_items_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `budget_items_item_id_index` on `budget_items` (`item`, `id`);
create index `budget_items_amount_minor_id_index` on `budget_items` (`amount_minor`, `id`);
create index `budget_items_payor_id_index` on `budget_items` (`payor_id`);
create index `budget_items_payee_id_index` on `budget_items` (`payee_id`);
create index `budget_items_transaction_date_id_index` on `budget_items` (`transaction_date`, `id`);
create index `budget_items_category_id_index` on `budget_items` (`category`, `id`);
create index `budget_items_create_time_id_index` on `budget_items` (`create_time`, `id`);
create index `budget_items_update_time_id_index` on `budget_items` (`update_time`, `id`);

-- step: add foreign key budget_items_payor_id_foreign
alter table `budget_items` add constraint `budget_items_payor_id_foreign` foreign key (`payor_id`) references `payees` (`id`);

-- step: add foreign key budget_items_payee_id_foreign
alter table `budget_items` add constraint `budget_items_payee_id_foreign` foreign key (`payee_id`) references `payees` (`id`);
