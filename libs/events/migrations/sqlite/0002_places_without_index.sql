-- step: drop index mainspring_outbox_position_number_index
drop index "mainspring_outbox_position_number_index";
