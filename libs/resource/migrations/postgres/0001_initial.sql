-- step: create table mainspring_idempotency_keys
create table "mainspring_idempotency_keys" (
  "caller" text collate "C" not null,
  "idempotency_key" text collate "C" not null,
  "fingerprint" text collate "C" not null,
  "status" bigint,
  "headers" text collate "C",
  "body" text collate "C",
  "create_time" timestamptz(3) not null,
  constraint "mainspring_idempotency_keys_pkey" primary key ("caller", "idempotency_key"),
  constraint "mainspring_idempotency_keys_caller_check" check (char_length("caller") <= 255),
  constraint "mainspring_idempotency_keys_idempotency_key_check" check (char_length("idempotency_key") <= 255),
  constraint "mainspring_idempotency_keys_fingerprint_check" check (char_length("fingerprint") <= 64)
);
create index "mainspring_idempotency_keys_create_time_index" on "mainspring_idempotency_keys" ("create_time");

-- step: create table mainspring_secrets
create table "mainspring_secrets" (
  "id" text collate "C" not null,
  "value" text collate "C" not null,
  "create_time" timestamptz(3) not null,
  constraint "mainspring_secrets_pkey" primary key ("id"),
  constraint "mainspring_secrets_id_check" check (char_length("id") <= 63),
  constraint "mainspring_secrets_value_check" check (char_length("value") <= 255)
);
