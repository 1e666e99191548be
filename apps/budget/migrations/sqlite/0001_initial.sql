-- step: create table payees
create table "payees" (
  "id" text not null,
  "name" text not null,
  "email" text,
  "phone" text,
  "note" text,
  "create_time" text not null,
  "update_time" text not null,
  "name_key" text not null,
  "version" integer not null,
  constraint "payees_pkey" primary key ("id"),
  constraint "payees_id_check" check (length("id") <= 63),
  constraint "payees_name_check" check (length("name") >= 1 and length("name") <= 200),
  constraint "payees_email_check" check (length("email") <= 254),
  constraint "payees_phone_check" check (length("phone") >= 1 and length("phone") <= 40),
  constraint "payees_note_check" check (length("note") >= 1 and length("note") <= 2000),
  constraint "payees_name_key_check" check (length("name_key") <= 600),
  constraint "payees_version_check" check ("version" >= 0)
) strict;
create index "payees_name_id_index" on "payees" ("name", "id");
create index "payees_create_time_id_index" on "payees" ("create_time", "id");
create index "payees_update_time_id_index" on "payees" ("update_time", "id");
create index "payees_name_key_index" on "payees" ("name_key");

-- step: create table budget_items
create table "budget_items" (
  "id" text not null,
  "item" text not null,
  "amount_minor" integer not null,
  "currency_code" text not null,
  "flow" text default 'OUTFLOW' not null,
  "payor_id" text not null,
  "payee_id" text not null,
  "transaction_date" text not null,
  "category" text,
  "note" text,
  "create_time" text not null,
  "update_time" text not null,
  "month" text not null,
  "version" integer not null,
  constraint "budget_items_pkey" primary key ("id"),
  constraint "budget_items_id_check" check (length("id") <= 63),
  constraint "budget_items_item_check" check (length("item") >= 1 and length("item") <= 200),
  constraint "budget_items_amount_minor_check" check ("amount_minor" >= 0),
  constraint "budget_items_currency_code_check" check (length("currency_code") <= 3),
  constraint "budget_items_flow_check" check ("flow" in ('INFLOW', 'OUTFLOW')),
  constraint "budget_items_payor_id_check" check (length("payor_id") <= 63),
  constraint "budget_items_payee_id_check" check (length("payee_id") <= 63),
  constraint "budget_items_category_check" check (length("category") >= 1 and length("category") <= 100),
  constraint "budget_items_note_check" check (length("note") >= 1 and length("note") <= 2000),
  constraint "budget_items_month_check" check (length("month") <= 7),
  constraint "budget_items_version_check" check ("version" >= 0),
  constraint "budget_items_payor_id_foreign" foreign key ("payor_id") references "payees" ("id"),
  constraint "budget_items_payee_id_foreign" foreign key ("payee_id") references "payees" ("id")
) strict;
create index "budget_items_item_id_index" on "budget_items" ("item", "id");
create index "budget_items_amount_minor_id_index" on "budget_items" ("amount_minor", "id");
create index "budget_items_payor_id_index" on "budget_items" ("payor_id");
create index "budget_items_payee_id_index" on "budget_items" ("payee_id");
create index "budget_items_transaction_date_id_index" on "budget_items" ("transaction_date", "id");
create index "budget_items_category_id_index" on "budget_items" ("category", "id");
create index "budget_items_create_time_id_index" on "budget_items" ("create_time", "id");
create index "budget_items_update_time_id_index" on "budget_items" ("update_time", "id");
