import { onchainTable } from "ponder";

// One row for each event: the least that anybody keeps. No fold.
export const event = onchainTable("event", (t) => ({
  id: t.text().primaryKey(),
  block: t.bigint().notNull(),
  transaction: t.hex().notNull(),
  kind: t.text().notNull(),
  settlement: t.hex().notNull(),
  account: t.hex().notNull(),
  token: t.hex(),
  amount: t.bigint(),
}));
