-- Blocks that are proved less than they should be are looked for while a chain is followed; mostly there are none.
create index block_weaker on chain.block (chain_id, number) where canonical and proof <> 'receipts';

-- Ether that was forced on the escrow emits a log that reads like a token's Transfer (EIP-7708). It is no token's, and no stray of one.
delete from chain.stray_transfer where token = '\xfffffffffffffffffffffffffffffffffffffffe';
