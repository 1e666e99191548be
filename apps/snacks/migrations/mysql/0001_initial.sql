-- step: create table ingredients
create table `ingredients` (
  `id` varchar(63) not null,
  `name` varchar(200) not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `name_key` varchar(600) not null,
  `version` bigint not null,
  constraint `ingredients_pkey` primary key (`id`),
  constraint `ingredients_id_check` check (char_length(`id`) <= 63),
  constraint `ingredients_name_check` check (char_length(`name`) >= 1 and char_length(`name`) <= 200),
  constraint `ingredients_name_key_check` check (char_length(`name_key`) <= 600),
  constraint `ingredients_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `ingredients_name_id_index` on `ingredients` (`name`, `id`);
create index `ingredients_create_time_id_index` on `ingredients` (`create_time`, `id`);
create index `ingredients_update_time_id_index` on `ingredients` (`update_time`, `id`);
create unique index `ingredients_name_key_unique` on `ingredients` (`name_key`);

-- step: create table extras
create table `extras` (
  `id` varchar(63) not null,
  `name` varchar(200) not null,
  `price_minor` bigint not null,
  `currency_code` varchar(3) not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `name_key` varchar(600) not null,
  `version` bigint not null,
  constraint `extras_pkey` primary key (`id`),
  constraint `extras_id_check` check (char_length(`id`) <= 63),
  constraint `extras_name_check` check (char_length(`name`) >= 1 and char_length(`name`) <= 200),
  constraint `extras_price_minor_check` check (`price_minor` >= 0),
  constraint `extras_currency_code_check` check (char_length(`currency_code`) <= 3),
  constraint `extras_name_key_check` check (char_length(`name_key`) <= 600),
  constraint `extras_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `extras_name_id_index` on `extras` (`name`, `id`);
create index `extras_price_minor_id_index` on `extras` (`price_minor`, `id`);
create index `extras_create_time_id_index` on `extras` (`create_time`, `id`);
create index `extras_update_time_id_index` on `extras` (`update_time`, `id`);
create unique index `extras_name_key_unique` on `extras` (`name_key`);

-- step: create table pizzas
create table `pizzas` (
  `id` varchar(63) not null,
  `name` varchar(200) not null,
  `price_minor` bigint not null,
  `currency_code` varchar(3) not null,
  `ingredients` longtext default ('[]') not null,
  `images` longtext default ('[]') not null,
  `extras` longtext default ('[]') not null,
  `state` varchar(8) default ('ON_MENU') not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `name_key` varchar(600) not null,
  `version` bigint not null,
  constraint `pizzas_pkey` primary key (`id`),
  constraint `pizzas_id_check` check (char_length(`id`) <= 63),
  constraint `pizzas_name_check` check (char_length(`name`) >= 1 and char_length(`name`) <= 200),
  constraint `pizzas_price_minor_check` check (`price_minor` >= 0),
  constraint `pizzas_currency_code_check` check (char_length(`currency_code`) <= 3),
  constraint `pizzas_ingredients_check` check (json_valid(`ingredients`)),
  constraint `pizzas_images_check` check (json_valid(`images`)),
  constraint `pizzas_extras_check` check (json_valid(`extras`)),
  constraint `pizzas_state_check` check (`state` in ('ON_MENU', 'SOLD_OUT', 'RETIRED')),
  constraint `pizzas_name_key_check` check (char_length(`name_key`) <= 600),
  constraint `pizzas_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `pizzas_name_id_index` on `pizzas` (`name`, `id`);
create index `pizzas_price_minor_id_index` on `pizzas` (`price_minor`, `id`);
create index `pizzas_create_time_id_index` on `pizzas` (`create_time`, `id`);
create index `pizzas_update_time_id_index` on `pizzas` (`update_time`, `id`);
create unique index `pizzas_name_key_unique` on `pizzas` (`name_key`);

-- step: create table pizza_ingredients
create table `pizza_ingredients` (
  `id` varchar(63) not null,
  `pizza_id` varchar(63) not null,
  `ingredient_id` varchar(63) not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `version` bigint not null,
  constraint `pizza_ingredients_pkey` primary key (`id`),
  constraint `pizza_ingredients_id_check` check (char_length(`id`) <= 63),
  constraint `pizza_ingredients_pizza_id_check` check (char_length(`pizza_id`) <= 63),
  constraint `pizza_ingredients_ingredient_id_check` check (char_length(`ingredient_id`) <= 63),
  constraint `pizza_ingredients_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `pizza_ingredients_pizza_id_index` on `pizza_ingredients` (`pizza_id`);
create index `pizza_ingredients_ingredient_id_index` on `pizza_ingredients` (`ingredient_id`);
create index `pizza_ingredients_create_time_id_index` on `pizza_ingredients` (`create_time`, `id`);
create index `pizza_ingredients_update_time_id_index` on `pizza_ingredients` (`update_time`, `id`);
create unique index `pizza_ingredients_pizza_id_ingredient_id_unique` on `pizza_ingredients` (`pizza_id`, `ingredient_id`);

-- step: create table pizza_extras
create table `pizza_extras` (
  `id` varchar(63) not null,
  `pizza_id` varchar(63) not null,
  `extra_id` varchar(63) not null,
  `free` boolean not null,
  `create_time` datetime(3) not null,
  `update_time` datetime(3) not null,
  `version` bigint not null,
  constraint `pizza_extras_pkey` primary key (`id`),
  constraint `pizza_extras_id_check` check (char_length(`id`) <= 63),
  constraint `pizza_extras_pizza_id_check` check (char_length(`pizza_id`) <= 63),
  constraint `pizza_extras_extra_id_check` check (char_length(`extra_id`) <= 63),
  constraint `pizza_extras_free_check` check (`free` in (0, 1)),
  constraint `pizza_extras_version_check` check (`version` >= 0)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `pizza_extras_pizza_id_index` on `pizza_extras` (`pizza_id`);
create index `pizza_extras_extra_id_index` on `pizza_extras` (`extra_id`);
create index `pizza_extras_create_time_id_index` on `pizza_extras` (`create_time`, `id`);
create index `pizza_extras_update_time_id_index` on `pizza_extras` (`update_time`, `id`);
create unique index `pizza_extras_pizza_id_extra_id_unique` on `pizza_extras` (`pizza_id`, `extra_id`);

-- step: add foreign key pizza_ingredients_pizza_id_foreign
alter table `pizza_ingredients` add constraint `pizza_ingredients_pizza_id_foreign` foreign key (`pizza_id`) references `pizzas` (`id`);

-- step: add foreign key pizza_ingredients_ingredient_id_foreign
alter table `pizza_ingredients` add constraint `pizza_ingredients_ingredient_id_foreign` foreign key (`ingredient_id`) references `ingredients` (`id`);

-- step: add foreign key pizza_extras_pizza_id_foreign
alter table `pizza_extras` add constraint `pizza_extras_pizza_id_foreign` foreign key (`pizza_id`) references `pizzas` (`id`);

-- step: add foreign key pizza_extras_extra_id_foreign
alter table `pizza_extras` add constraint `pizza_extras_extra_id_foreign` foreign key (`extra_id`) references `extras` (`id`);
