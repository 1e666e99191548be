-- step: create table mainspring_idempotency_keys
create table "mainspring_idempotency_keys" (
  "caller" text not null,
  "idempotency_key" text not null,
  "fingerprint" text not null,
  "status" integer,
  "headers" text,
  "body" text,
  "create_time" text not null,
  constraint "mainspring_idempotency_keys_pkey" primary key ("caller", "idempotency_key"),
  constraint "mainspring_idempotency_keys_caller_check" check (length("caller") <= 255),
  constraint "mainspring_idempotency_keys_idempotency_key_check" check (length("idempotency_key") <= 255),
  constraint "mainspring_idempotency_keys_fingerprint_check" check (length("fingerprint") <= 64)
) strict;
create index "mainspring_idempotency_keys_create_time_index" on "mainspring_idempotency_keys" ("create_time");

-- step: create table mainspring_secrets
create table "mainspring_secrets" (
  "id" text not null,
  "value" text not null,
  "create_time" text not null,
  constraint "mainspring_secrets_pkey" primary key ("id"),
  constraint "mainspring_secrets_id_check" check (length("id") <= 63),
  constraint "mainspring_secrets_value_check" check (length("value") <= 255)
) strict;
