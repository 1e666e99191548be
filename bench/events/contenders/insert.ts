/** What is done about an item: one row, as the services have it. */
export const INSERT =
  'insert into mill.pieces (id, number, create_time, update_time, version) values ($1, $2, $3, $3, 1)'
