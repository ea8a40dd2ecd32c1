import { ponder } from "ponder:registry";
import { event as events } from "ponder:schema";

ponder.on("Escrow:Registered", async ({ event, context }) => {
  await context.db.insert(events).values({
    id: event.id, block: event.block.number, transaction: event.transaction.hash, kind: "registered", settlement: event.args.id, account: event.args.by,
  });
});

ponder.on("Escrow:Deposited", async ({ event, context }) => {
  await context.db.insert(events).values({
    id: event.id, block: event.block.number, transaction: event.transaction.hash, kind: "deposited", settlement: event.args.id, account: event.args.from,
    token: event.args.leg.token, amount: event.args.leg.amount,
  });
});

ponder.on("Escrow:Executed", async ({ event, context }) => {
  await context.db.insert(events).values({
    id: event.id, block: event.block.number, transaction: event.transaction.hash, kind: "executed", settlement: event.args.id, account: event.args.by,
  });
});
