-- step: create table payees
create table "payees" (
  "id" text collate "C" not null,
  "name" text collate "C" not null,
  "email" text collate "C",
  "phone" text collate "C",
  "note" text collate "C",
  "create_time" timestamptz(3) not null,
  "update_time" timestamptz(3) not null,
  "name_key" text collate "C" not null,
  "version" bigint not null,
  constraint "payees_pkey" primary key ("id"),
  constraint "payees_id_check" check (char_length("id") <= 63),
  constraint "payees_name_check" check (char_length("name") >= 1 and char_length("name") <= 200),
  constraint "payees_email_check" check (char_length("email") <= 254),
  constraint "payees_phone_check" check (char_length("phone") >= 1 and char_length("phone") <= 40),
  constraint "payees_note_check" check (char_length("note") >= 1 and char_length("note") <= 2000),
  constraint "payees_name_key_check" check (char_length("name_key") <= 600),
  constraint "payees_version_check" check ("version" >= 0)
);
create index "payees_name_id_index" on "payees" ("name", "id");
create index "payees_create_time_id_index" on "payees" ("create_time", "id");
create index "payees_update_time_id_index" on "payees" ("update_time", "id");
create index "payees_name_key_index" on "payees" ("name_key");

-- step: create table budget_items
create table "budget_items" (
  "id" text collate "C" not null,
  "item" text collate "C" not null,
  "amount_minor" bigint not null,
  "currency_code" text collate "C" not null,
  "flow" text collate "C" default 'OUTFLOW' not null,
  "payor_id" text collate "C" not null,
  "payee_id" text collate "C" not null,
  "transaction_date" date not null,
  "category" text collate "C",
  "note" text collate "C",
  "create_time" timestamptz(3) not null,
  "update_time" timestamptz(3) not null,
  "month" text collate "C" not null,
  "version" bigint not null,
  constraint "budget_items_pkey" primary key ("id"),
  constraint "budget_items_id_check" check (char_length("id") <= 63),
  constraint "budget_items_item_check" check (char_length("item") >= 1 and char_length("item") <= 200),
  constraint "budget_items_amount_minor_check" check ("amount_minor" >= 0),
  constraint "budget_items_currency_code_check" check (char_length("currency_code") <= 3),
  constraint "budget_items_flow_check" check ("flow" in ('INFLOW', 'OUTFLOW')),
  constraint "budget_items_payor_id_check" check (char_length("payor_id") <= 63),
  constraint "budget_items_payee_id_check" check (char_length("payee_id") <= 63),
  constraint "budget_items_category_check" check (char_length("category") >= 1 and char_length("category") <= 100),
  constraint "budget_items_note_check" check (char_length("note") >= 1 and char_length("note") <= 2000),
  constraint "budget_items_month_check" check (char_length("month") <= 7),
  constraint "budget_items_version_check" check ("version" >= 0)
);
create index "budget_items_item_id_index" on "budget_items" ("item", "id");
create index "budget_items_amount_minor_id_index" on "budget_items" ("amount_minor", "id");
create index "budget_items_payor_id_index" on "budget_items" ("payor_id");
create index "budget_items_payee_id_index" on "budget_items" ("payee_id");
create index "budget_items_transaction_date_id_index" on "budget_items" ("transaction_date", "id");
create index "budget_items_category_id_index" on "budget_items" ("category" nulls first, "id");
create index "budget_items_create_time_id_index" on "budget_items" ("create_time", "id");
create index "budget_items_update_time_id_index" on "budget_items" ("update_time", "id");

-- step: add foreign key budget_items_payor_id_foreign
alter table "budget_items" add constraint "budget_items_payor_id_foreign" foreign key ("payor_id") references "payees" ("id");

-- step: add foreign key budget_items_payee_id_foreign
alter table "budget_items" add constraint "budget_items_payee_id_foreign" foreign key ("payee_id") references "payees" ("id");
