-- step: create table mainspring_idempotency_keys
create table `mainspring_idempotency_keys` (
  `caller` varchar(255) not null,
  `idempotency_key` varchar(255) not null,
  `fingerprint` varchar(64) not null,
  `status` bigint,
  `headers` longtext,
  `body` longtext,
  `create_time` datetime(3) not null,
  constraint `mainspring_idempotency_keys_pkey` primary key (`caller`, `idempotency_key`),
  constraint `mainspring_idempotency_keys_caller_check` check (char_length(`caller`) <= 255),
  constraint `mainspring_idempotency_keys_idempotency_key_check` check (char_length(`idempotency_key`) <= 255),
  constraint `mainspring_idempotency_keys_fingerprint_check` check (char_length(`fingerprint`) <= 64)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
create index `mainspring_idempotency_keys_create_time_index` on `mainspring_idempotency_keys` (`create_time`);

-- step: create table mainspring_secrets
create table `mainspring_secrets` (
  `id` varchar(63) not null,
  `value` varchar(255) not null,
  `create_time` datetime(3) not null,
  constraint `mainspring_secrets_pkey` primary key (`id`),
  constraint `mainspring_secrets_id_check` check (char_length(`id`) <= 63),
  constraint `mainspring_secrets_value_check` check (char_length(`value`) <= 255)
) engine InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;
