-- The two templates that every environment has. Ids and contents are those of the engine's BuiltInTemplates; a test compares them.
insert into settlement.template (id, environment_id, slug, version, name, description, config, created_at) values
('01993000-0000-7000-8000-000000000001', null, 'dvp-single', 1, 'Single-platform DvP',
 'Delivery versus payment between parties of one platform: screening, registration on the chain, deposits, one atomic swap.', '{
  "states": ["INSTRUCTED","COMPLIANCE_CHECKING","COMPLIANCE_CLEARED","REGISTERING_ESCROW","AWAITING_DEPOSITS","EXECUTING_SWAP","SETTLED","FINALIZED","ROLLED_BACK"],
  "initial_state": "INSTRUCTED", "terminal_states": ["FINALIZED"], "failure_states": ["ROLLED_BACK"],
  "transitions": { "INSTRUCTED": ["COMPLIANCE_CHECKING","ROLLED_BACK"],
    "COMPLIANCE_CHECKING": ["COMPLIANCE_CLEARED","ROLLED_BACK"],
    "COMPLIANCE_CLEARED": ["REGISTERING_ESCROW","ROLLED_BACK"], "REGISTERING_ESCROW": ["AWAITING_DEPOSITS","ROLLED_BACK"],
    "AWAITING_DEPOSITS": ["EXECUTING_SWAP","ROLLED_BACK"], "EXECUTING_SWAP": ["SETTLED","ROLLED_BACK"], "SETTLED": ["FINALIZED"] },
  "actions": {
    "COMPLIANCE_CHECKING": { "type": "compliance_check", "provider": "internal", "resolution": "immediate" },
    "REGISTERING_ESCROW": { "type": "register_escrow", "provider": "escrow", "resolution": "poll" },
    "AWAITING_DEPOSITS": { "type": "monitor_deposits", "provider": "escrow", "resolution": "poll" },
    "EXECUTING_SWAP": { "type": "execute_escrow", "provider": "escrow", "resolution": "poll" },
    "SETTLED": { "type": "finalize", "provider": "internal", "resolution": "poll" } },
  "required_roles": ["buyer","seller"], "required_leg_types": ["asset","payment"] }', '2026-11-20T00:00:00Z'),
('01993000-0000-7000-8000-000000000002', null, 'dvp-cross-platform', 1, 'Cross-platform DvP',
 'Delivery versus payment between parties of two platforms or more: every counterparty confirms before anything else happens.', '{
  "states": ["INSTRUCTED","AWAITING_CONFIRMATION","COMPLIANCE_CHECKING","COMPLIANCE_CLEARED","REGISTERING_ESCROW","AWAITING_DEPOSITS","EXECUTING_SWAP","SETTLED","FINALIZED","ROLLED_BACK"],
  "initial_state": "INSTRUCTED", "terminal_states": ["FINALIZED"], "failure_states": ["ROLLED_BACK"],
  "transitions": { "INSTRUCTED": ["AWAITING_CONFIRMATION","COMPLIANCE_CHECKING","ROLLED_BACK"],
    "AWAITING_CONFIRMATION": ["COMPLIANCE_CHECKING","ROLLED_BACK"], "COMPLIANCE_CHECKING": ["COMPLIANCE_CLEARED","ROLLED_BACK"],
    "COMPLIANCE_CLEARED": ["REGISTERING_ESCROW","ROLLED_BACK"], "REGISTERING_ESCROW": ["AWAITING_DEPOSITS","ROLLED_BACK"],
    "AWAITING_DEPOSITS": ["EXECUTING_SWAP","ROLLED_BACK"], "EXECUTING_SWAP": ["SETTLED","ROLLED_BACK"], "SETTLED": ["FINALIZED"] },
  "actions": { "INSTRUCTED": { "type": "await_confirmation", "provider": "internal", "resolution": "manual" },
    "COMPLIANCE_CHECKING": { "type": "compliance_check", "provider": "internal", "resolution": "immediate" },
    "REGISTERING_ESCROW": { "type": "register_escrow", "provider": "escrow", "resolution": "poll" },
    "AWAITING_DEPOSITS": { "type": "monitor_deposits", "provider": "escrow", "resolution": "poll" },
    "EXECUTING_SWAP": { "type": "execute_escrow", "provider": "escrow", "resolution": "poll" },
    "SETTLED": { "type": "finalize", "provider": "internal", "resolution": "poll" } },
  "required_roles": ["buyer","seller"], "required_leg_types": ["asset","payment"] }', '2026-11-20T00:00:00Z');
