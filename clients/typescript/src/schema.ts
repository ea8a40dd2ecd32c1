// By scripts/lib/client-types.mjs from docs/openapi.json; do not edit.

export interface paths {
    "/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for an access token */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/errors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an error code means */
        get: operations["getError"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the events of your environment in order
         * @description Keeps 90 days. With Accept: text/event-stream the answer stays open and carries each event as it comes (server-sent events): id is the position, event the name, data the body. It is ended after some minutes, so that the token is looked at again; a client reconnects with Last-Event-ID, as browsers do by themselves.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report which settlements failed, by reason and side
         * @description The intended date of a settlement is its timeout_at. With Accept: text/csv the reasons are written as CSV (RFC 4180): first those of all that failed, then those of what is still open, with its age in the column days.
         */
        get: operations["getFails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/statements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what the escrow held for your wallets on a day
         * @description Opening, movements and closing of each token and wallet, named by the blocks that open and close the day. With Accept: text/csv a row for each opening, movement and closing (RFC 4180).
         */
        get: operations["getStatement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a platform, for the operator
         * @description With its first environment and that one's first credential, whose secret is in this answer and in no other.
         */
        post: operations["createPlatform"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/strays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tokens that came to an escrow by a plain transfer, newest first
         * @description Nobody can send them back: the escrow pays out deposits alone. The sender and the transaction say whom to tell.
         */
        get: operations["listStrays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the public keys of access tokens */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the issuer's metadata (OpenID Connect Discovery 1.0) */
        get: operations["getOpenidConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the issuer's metadata (RFC 8414) */
        get: operations["getAuthorizationServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List settlements, newest first
         * @description With Accept: text/csv every match is written as CSV (RFC 4180) without limit and offset; the parameter table chooses settlements, legs, transactions or costs.
         */
        get: operations["listSettlements"];
        put?: never;
        /**
         * Instruct a settlement
         * @description One idempotency_key makes one settlement: the same request again is answered with 200, the settlement as it is now and Idempotent-Replayed: true.
         */
        post: operations["createSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a settlement */
        get: operations["getSettlement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the audit trail of a settlement, oldest first */
        get: operations["listSettlementEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm your party in a settlement of another platform
         * @description The state may still be the one before: the engine moves it a moment later. The same details again are answered with Idempotent-Replayed: true.
         */
        post: operations["confirmSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse to take part in a settlement of another platform */
        post: operations["rejectSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check an instruction without giving it
         * @description Runs the rules of the instruction and checks at the chain what would keep deposits from coming. Stores nothing, and is answered with 200 whatever it finds.
         */
        post: operations["previewSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who has to act, by when, and why it waits */
        get: operations["explainSettlement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the end of a settlement
         * @description Until every party has confirmed, and always where all parties are of one platform, the initiator's request ends it (200). After that it takes a second platform, and once every leg is in the escrow all of them: until then a request is answered with 202 and the others are notified by settlement.cancel_requested. Deposits are returned before the end. After full funding it races with the swap: the chain decides, and the same request again is answered with what it decided. This is conduct of the API: the contract lets one depositor alone cancel or withdraw until every leg is in.
         */
        post: operations["cancelSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold a settlement before its terms are published
         * @description Each side has a hold of its own, and only its own platform releases it. Deadlines run on.
         */
        post: operations["holdSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release your hold */
        post: operations["releaseSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/actions/{state}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report the result of a step that your own systems do
         * @description For a state whose template has an external_action. The platform that instructed is asked by settlement.action_required, does the step, and reports here, until 30 seconds before the deadline: completed lets the settlement go on, failed ends it. The same result again is answered with Idempotent-Replayed: true.
         */
        post: operations["reportAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/compliance-decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on a flagged party of yours
         * @description Every flagged party needs a decision of its own platform or of the operator; one rejection ends the settlement. Nobody else reads that there was anything to decide. With the environment's four-eyes switch on, whoever instructed or confirmed the settlement cannot decide.
         */
        post: operations["decideCompliance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/deposit-instructions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read how your parties deposit their legs
         * @description For each leg that your parties give: the transactions of the depositor in order, ready to be pasted into a custody system; the documents that it may sign in their place; and what would stop the deposit now.
         */
        get: operations["getDepositInstructions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a depositor's signature, which the service relays
         * @description The signature of a document of the deposit instructions. It is verified against the depositor, by its key or by its wallet's contract (ERC-1271), and never shown again. The same again changes nothing.
         */
        post: operations["submitSignature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/deposit-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your links to a settlement */
        get: operations["listDepositLinks"];
        put?: never;
        /**
         * Make a link by which a party without an account deposits
         * @description A page for one role of one settlement, which works with the wallet of the party's browser. It works from REGISTERING_ESCROW to the deadline, unless it is revoked. The link is in this answer and in no other.
         */
        post: operations["createDepositLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/deposit-links/{link_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a link
         * @description At once. A link that was revoked stays so.
         */
        delete: operations["revokeDepositLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlement-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the templates that your environment may use */
        get: operations["listTemplates"];
        put?: never;
        /**
         * Upload a template
         * @description It is for your environment alone. Every rule that it breaks is named in errors by its code: unreachable_state, dead_end, action_order, gate_missing and so on.
         */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlement-templates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a template by its id or slug */
        get: operations["getTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Make the next version of a template
         * @description Settlements keep the version with which they were made. The built-in templates cannot be changed and are answered like absent ones.
         */
        patch: operations["updateTemplate"];
        trace?: never;
    };
    "/v1/settlement-templates/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the JSON Schema of a template's config */
        get: operations["getTemplateSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlement-templates/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a template and store nothing */
        post: operations["validateTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instruments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tokens that your environment registered, by symbol */
        get: operations["listInstruments"];
        put?: never;
        /**
         * Register a token under a symbol
         * @description The contract is read once, now: code, standard, decimals and what it calls itself. The same again is answered with 200.
         */
        post: operations["registerInstrument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instruments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget a symbol
         * @description Settlements that were instructed by it go on with the token that it stood for.
         */
        delete: operations["removeInstrument"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the receivers of your environment */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Register a receiver of webhooks
         * @description The answer holds the secret that signs the webhooks; no later answer does.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a receiver */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Remove a receiver */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Change a receiver */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test event to a receiver */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a receiver a new secret
         * @description The new secret signs at once; for a day the old one signs too, in X-Keystone-Signature-Previous and in webhook-signature.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was sent to a receiver, newest first */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a delivery with what was sent and every answer */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/deliveries/{delivery_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the event of a delivery again
         * @description The same bytes under the same webhook-id, signed anew. Whether it succeeds says nothing of the receiver's health: it neither disables the receiver nor clears its failures.
         */
        post: operations["replayWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the events of a settlement or of a time again
         * @description Every event of your environment that the receiver's patterns cover, in the order in which they happened, whether it was sent before or not; at most 10,000 at once. They neither disable the receiver nor clear its failures.
         */
        post: operations["replayWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instructions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your instructions, newest first */
        get: operations["listInstructions"];
        put?: never;
        /**
         * Submit your side of a trade
         * @description It is compared with what waits under the same trade_reference. If all fields agree, the two become a settlement at once, with both sides confirmed; if not, both sides read which fields differ, and the instruction waits for another one until expires_at. One idempotency_key makes one instruction.
         */
        post: operations["submitInstruction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instructions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an instruction */
        get: operations["getInstruction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/instructions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an instruction back that waits
         * @description Those that were compared with it are told. One that was matched is a settlement, and is cancelled as such.
         */
        post: operations["cancelInstruction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/messages/sese.024": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read where a settlement stands as sese.024 of ISO 20022 */
        get: operations["getStatusMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements/{id}/messages/sese.025": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read that a settlement was settled as sese.025 of ISO 20022 */
        get: operations["getConfirmationMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read your platform */
        get: operations["getPlatform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your platform */
        patch: operations["updatePlatform"];
        trace?: never;
    };
    "/v1/platforms/me/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the environments of your platform */
        get: operations["listEnvironments"];
        put?: never;
        /**
         * Make an environment
         * @description With its first credential, which may do what you may do and whose secret is in this answer and in no other.
         */
        post: operations["createEnvironment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/environments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an environment */
        get: operations["getEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an environment
         * @description Callers feel the change within five seconds.
         */
        patch: operations["updateEnvironment"];
        trace?: never;
    };
    "/v1/platforms/me/environments/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep the credentials of an environment out
         * @description Its data stays, settlements go on; is_active true lets its credentials in again.
         */
        post: operations["deactivateEnvironment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the credentials of your environment */
        get: operations["listCredentials"];
        put?: never;
        /**
         * Make a credential
         * @description The answer holds the secret; no later answer does. Nobody gives a scope that he does not have.
         */
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/credentials/{client_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a credential */
        get: operations["getCredential"];
        put?: never;
        post?: never;
        /**
         * Revoke a credential
         * @description Its tokens are refused within five seconds.
         */
        delete: operations["revokeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/credentials/{client_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a credential a new secret
         * @description The present secret stays valid for overlap_seconds; one that was replaced before ends at once. Two are valid at most.
         */
        post: operations["rotateCredentialSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/ip-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the networks from which your environment may be called */
        get: operations["listIpRules"];
        put?: never;
        /**
         * Add a network
         * @description The first one closes the environment to all others, within five seconds. One that would shut you out is refused.
         */
        post: operations["createIpRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/ip-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a network
         * @description Without any the environment is open to all. A removal that would shut you out is refused.
         */
        delete: operations["deleteIpRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of your platform */
        get: operations["listMembers"];
        put?: never;
        /**
         * Invite a person
         * @description The answer holds the invitation's token; no later answer does. It holds for 72 hours, and once.
         */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms/me/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a member */
        get: operations["getMember"];
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description The credentials that it made are revoked.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /** Give a member other roles */
        patch: operations["updateMember"];
        trace?: never;
    };
    "/v1/wallets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the registered wallets of your environment */
        get: operations["listWallets"];
        put?: never;
        /**
         * Register a wallet
         * @description It may be used a day later, or as soon as a second person has approved it. Wallets count where the environment has wallets_required on.
         */
        post: operations["registerWallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a registered wallet */
        get: operations["getWallet"];
        put?: never;
        post?: never;
        /** Remove a wallet */
        delete: operations["removeWallet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a wallet that another person registered
         * @description Persons differ when the members do who made the credentials; a credential that was made by a credential stands for the same person.
         */
        post: operations["approveWallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was changed in your environment, newest first
         * @description One entry for each request that changed something or was refused. No bodies and no secrets.
         */
        get: operations["listActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/activity/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an entry of the activity log */
        get: operations["getActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/stuck": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List open settlements that do not move, the longest first */
        get: operations["listStuckSettlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/pipeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count settlements by state */
        get: operations["getPipeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/transitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count moves between states */
        get: operations["getTransitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/intents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the transactions that the system wants, the earliest due first */
        get: operations["listIntents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the accounts that send transactions, and what each still holds
         * @description By chain, the account in service first. Accounts are put into service, drained and retired by the operator's command keystone sender.
         */
        get: operations["listSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a settlement of any platform */
        get: operations["getAnySettlement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the operator's chain of a settlement, oldest first */
        get: operations["listAnySettlementEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a settlement and its transactions again at once */
        post: operations["retrySettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a settlement and give every deposit back
         * @description At once while nothing is on the chain, else by the operator's cancellation there. What was executed on the chain cannot be taken back.
         */
        post: operations["rollbackSettlement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}/trigger-maturity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a repo closed before its maturity
         * @description The keeper makes the closing within seconds once the opening is final. Ordered or made before, nothing changes and action is none.
         */
        post: operations["triggerMaturity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/settlements/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase personal fields of a party of a settlement that has ended
         * @description The audit trail holds commitments alone and stays whole. Wallets are on the chain and stay.
         */
        post: operations["eraseSettlementFields"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the pauses in force, oldest first */
        get: operations["listPauses"];
        put?: never;
        /** Pause registrations and swaps; refunds go on */
        post: operations["pauseSystem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lift a pause */
        post: operations["resumeSystem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/providers/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what the processes report of themselves and of what they depend on
         * @description age_seconds says how old a report is; a process that was silent for 20 s is not heard from.
         */
        get: operations["getProvidersHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the processes report of the nodes of their chains */
        get: operations["listNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List alarms, active ones first */
        get: operations["listAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/alarms/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Note that you take care of an alarm */
        post: operations["acknowledgeAlarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was changed in all environments and by the operator, newest first */
        get: operations["listAllActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the platforms */
        get: operations["listPlatforms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/platforms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a platform */
        get: operations["getAnyPlatform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/platforms/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep every credential of a platform out
         * @description Within five seconds. Its settlements go on.
         */
        post: operations["suspendPlatform"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/platforms/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a suspended platform in again */
        post: operations["activatePlatform"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/compliance/list-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the changes of the lists that parties are screened by, newest first
         * @description finished_at is null while live settlements are still compared with the change.
         */
        get: operations["listListChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/compliance/list-changes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a change of a list */
        get: operations["getListChange"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/compliance/list-changes/{id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the entries that came, went or changed
         * @description The first file of a list has no entries here: all of it is new.
         */
        get: operations["listListChangeEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/compliance/list-changes/{id}/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the live settlements that the change touched
         * @description Their parties are screened again.
         */
        get: operations["listListChangeSettlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test_helpers/mint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mint a test token
         * @description Only in a development system (keystone dev). The answer comes when the transaction is mined.
         */
        post: operations["mintTestToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test_helpers/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Advance the clock
         * @description Only in a development system (keystone dev). Moves the chain, then business time: deadlines pass and retries become due as if the time had gone by. Tokens, timestamps of signatures and leases keep the machine's time. The keeper and the indexer follow within a second. It cannot be moved back.
         */
        post: operations["advanceClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Notes who takes care of an alarm. */
        AcknowledgeAlarmRequest: {
            /** @description For whoever reads it next. */
            note?: null | string;
        };
        /** @description Reports what became of a step that your own systems do. */
        ActionResultRequest: {
            /** @description completed lets the settlement go on; failed ends it. Neither can be taken back. */
            result: string;
            /** @description Your own reference, or that of your vendor; for your own audit trail and the operator's. No other platform reads it. */
            reference?: null | string;
        };
        /** @description An entry of the activity log: a request that changed something or tried to. */
        Activity: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /**
             * Format: uuid
             * @description Environment whose credential called; null for the operator.
             */
            environment_id: null | string;
            /**
             * Format: uuid
             * @description Its platform; null for the operator.
             */
            platform_id: null | string;
            /** @description Such as `settlement.created`. */
            type: string;
            /** @description Such as `settlement` or `compliance`. */
            category: string;
            /** @description `info`; `warning` when it was refused; `error` when something failed. */
            severity: string;
            /** @description What the operation does. */
            description: string;
            /** @description `credential`, `member` or `operator`. */
            actor_type: string;
            /** @description Credential, or id of the member. */
            actor_id: string;
            /**
             * Format: uuid
             * @description Member who made the credential; null when none did.
             */
            member_id: null | string;
            /** @description Such as `settlement`; null for none. */
            resource_type: null | string;
            /** @description Its id. */
            resource_id: null | string;
            /** @description Method of the request. */
            method: string;
            /** @description Its path. */
            path: string;
            /**
             * Format: int32
             * @description Status of the answer.
             */
            status_code: number;
            /** @description Code of the refusal; null when it was done. */
            error_code: null | string;
            /** @description Where it came from. */
            ip_address: null | string;
            /** @description What the caller's program calls itself. */
            user_agent: null | string;
            /** @description Id of the request. */
            request_id: string;
            /**
             * Format: int32
             * @description Milliseconds.
             */
            duration_ms: number;
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        ActivityPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Activity"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description Moves the clock of the sandbox. */
        AdvanceClockRequest: {
            /**
             * Format: int64
             * @description How far forward, seconds: 1 to 31536000 (a year).
             */
            seconds: number;
        };
        /** @description An alarm. */
        Alarm: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description What is wrong, by name. */
            code: string;
            /** @description About what. */
            subject: string;
            /** @description What is wrong, in a sentence. */
            detail: string;
            /**
             * Format: date-time
             * @description Since when, UTC.
             */
            first_at: string;
            /**
             * Format: date-time
             * @description When it was last seen to be so, UTC.
             */
            last_at: string;
            /**
             * Format: date-time
             * @description When it was over, UTC; null while it is not.
             */
            cleared_at: null | string;
            /** @description Who takes care of it. */
            acknowledged_by: null | string;
            /**
             * Format: date-time
             * @description Since when, UTC.
             */
            acknowledged_at: null | string;
            /** @description What he said. */
            note: null | string;
        };
        /** @description A page of a list. */
        AlarmPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Alarm"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description Takes an instruction back that has not been matched. */
        CancelInstructionRequest: {
            /** @description For your own activity log; the other side does not read it. */
            reason?: null | string;
        };
        /** @description Requests to cancel. */
        Cancellation: {
            /** @description requested while another platform has to ask too; effective while the settlement is being ended; complete; too_late when the swap was executed first. */
            status: string;
            /** @description Who asked, in order. */
            requested_by: components["schemas"]["CancelRequest"][];
            /** @description Slugs of platforms of which one, or after full funding each, has to ask too. */
            waits_for: string[];
        };
        /** @description A platform's request to cancel. */
        CancelRequest: {
            /** @description Platform that asked. */
            platform_slug: string;
            /** @description Why, as it said. */
            reason: null | string;
            /**
             * Format: date-time
             * @description When, UTC.
             */
            at: string;
        };
        /** @description Asks for the end of a settlement. */
        CancelSettlementRequest: {
            /** @description Why; every platform of the settlement reads it. */
            reason: string;
        };
        /** @description An entry of a change. */
        ChangedEntry: {
            /** @description Id that the list gives it. */
            entry: string;
            /** @description `added`, `removed` or `changed`. */
            action: string;
            /** @description Its first names and addresses. */
            names: string;
        };
        /** @description A page of a list. */
        ChangedEntryPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["ChangedEntry"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A check of what a deposit needs. */
        Check: {
            /** @description Name of the check. */
            check: string;
            /** @description Null when it could not be made. */
            ok: null | boolean;
            /** @description What is there, in words or decimal digits. */
            have: null | string;
            /** @description What is needed, in words or decimal digits. */
            need: null | string;
            /** @description A sentence that names the fix. */
            detail: string;
        };
        /** @description Where the clocks stand. */
        Clock: {
            /**
             * Format: date-time
             * @description Business time, which deadlines and schedules follow.
             */
            now: string;
            /**
             * Format: int64
             * @description How far business time is ahead of the machine's time, which tokens and timestamps of signatures follow.
             */
            offset_seconds: number;
            /**
             * Format: int64
             * @description Head of the chain.
             */
            block_number: number;
            /**
             * Format: date-time
             * @description Time of that block.
             */
            block_time: string;
        };
        /** @description Compliance as the reader may know it. */
        Compliance: {
            /** @description checking, review, cleared or failed. The other side reads checking instead of review, and nothing after a failure. */
            status: string;
            /** @description The reader may decide; only while in review. */
            decidable?: null | boolean;
            /**
             * Format: date-time
             * @description When it was cleared, UTC; null before.
             */
            cleared_at?: null | string;
            /** @description The reader's own parties that were stopped; only in review and after a failure. */
            stopped?: null | components["schemas"]["StoppedParty"][];
        };
        /** @description Decides on a party that screening flagged. */
        ComplianceDecisionRequest: {
            /** @description approve lets the party pass; reject ends the settlement. Neither can be taken back. */
            decision: string;
            /** @description Why; for your own audit trail and the operator's. No other platform reads it. */
            reason: string;
            /** @description Party to decide on. Default: all of your parties that wait for a decision. */
            party_id?: null | string;
        };
        /** @description Which roles are waited for. */
        Confirmation: {
            /** @description Roles whose platforms have to confirm. */
            pending_roles: string[];
            /**
             * Format: date-time
             * @description Until when, UTC; then the settlement fails.
             */
            deadline: string;
        };
        /** @description A counterparty says who its party is. */
        ConfirmSettlementRequest: {
            /** @description Role to confirm; required when several of the caller's roles are pending. */
            role?: null | string;
            /** @description The party by its id, instead of role. */
            party_id?: null | string;
            /** @description The platform's own reference of the party. */
            external_reference: string;
            /** @description Name of the party. */
            name?: null | string;
            /** @description Wallet that pays: 0x and 40 hexadecimal digits; mixed case needs a right EIP-55 checksum. */
            wallet_address: string;
            /** @description Wallet that receives. Default: wallet_address. */
            receive_address?: null | string;
            /** @description Wallet that gets deposits back. Default: wallet_address. */
            refund_address?: null | string;
            /** @description Legal entity identifier (ISO 17442). */
            lei?: null | string;
            /** @description Date of birth of a person, such as 1961-04-30; for screening. Shown to its own platform alone. */
            date_of_birth?: null | string;
            /** @description Country of the party, ISO 3166-1 alpha-2, such as NL; for screening. Shown to its own platform alone. */
            country?: null | string;
            /** @description Kept and shown to the platform itself; no meaning here. */
            asset_provider?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description Costs in gas and wei; a part of a transaction that it shared with others. */
        Costs: {
            /**
             * Format: int64
             * @description Gas of the mined transactions.
             */
            gas_used: number;
            /** @description Decimal digits. */
            wei: string;
            /**
             * Format: int32
             * @description Mined transactions.
             */
            transactions: number;
        };
        /** @description A party of another platform, which has to confirm. */
        CounterpartyRequest: {
            /** @description Slug of the other platform. */
            platform_slug: string;
            /** @description Role that legs name, such as buyer. */
            role: string;
            /** @description Wallet that is expected; advisory, never part of the terms. */
            wallet_address_hint?: null | string;
            /** @description Name or identifier by which the caller knows the party. */
            counterparty_reference?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description Makes a credential. */
        CreateCredentialRequest: {
            /** @description What its tokens may do; nothing that you may not do yourself. */
            scopes: string[];
            /** @description Name for people. */
            name?: null | string;
            /** @description End of its validity (RFC 3339, with an offset). Default: none. */
            expires_at?: null | string;
        };
        /** @description An environment that was made, with its first credential. */
        CreatedEnvironment: {
            environment: components["schemas"]["PlatformEnvironment"];
            /** @description Its secret is in this answer and in no other. */
            credential: components["schemas"]["Credential"];
        };
        /** @description Asks for a link by which a party without an account deposits. */
        CreateDepositLinkRequest: {
            /** @description Role of your party that deposits. */
            role: string;
        };
        /** @description A platform that was made, with its first environment and that one's first credential. */
        CreatedPlatform: {
            platform: components["schemas"]["Platform"];
            environment: components["schemas"]["PlatformEnvironment"];
            /** @description Its secret is in this answer and in no other. */
            credential: components["schemas"]["Credential"];
        };
        /** @description Makes an environment. */
        CreateEnvironmentRequest: {
            /** @description Name within the platform: lower-case letters, digits and hyphens. */
            slug: string;
            /** @description Name for people. Default: the slug. */
            name?: null | string;
            /** @description sandbox or production; development is another word for sandbox. Default: production for an environment of that name, else sandbox. */
            kind?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain on which it settles. Default: that of your environment.
             */
            chain_id?: null | number;
        };
        /** @description Adds a network from which the environment's credentials may be used. */
        CreateIpRuleRequest: {
            /** @description Address or network, such as 203.0.113.0/24 or 2001:db8::/32. */
            cidr: string;
            /** @description For people. */
            description?: null | string;
        };
        /** @description Makes a platform with its first environment and credential. */
        CreatePlatformRequest: {
            /** @description Name for people. */
            name: string;
            /** @description Name in requests: lower-case letters, digits and hyphens. */
            slug: string;
            /** @description Slug of its first environment. Default: sandbox. */
            environment?: null | string;
            /** @description sandbox or production; development is another word for sandbox. Default: production for an environment of that name, else sandbox. */
            kind?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain on which the environment settles. Default: the only chain of this system.
             */
            chain_id?: null | number;
        };
        /** @description Instructs a settlement. Members that are null count as absent; which are required is checked by the use case. */
        CreateSettlementRequest: {
            /** @description Names the request: the same key with the same contents gives the same settlement. 1 to 255 characters. */
            idempotency_key: string;
            /** @description Template by id or slug; required unless template_slug is given. */
            template_id?: null | string;
            /** @description Template by slug. */
            template_slug?: null | string;
            /** @description The caller's own reference; other platforms never read it. */
            external_reference?: null | string;
            /** @description End of the settlement, RFC 3339 with an offset, cut down to the second; at most 366 days ahead. Default: the environment's timeout. */
            timeout_at?: null | string;
            /** @description Last moment for counterparties to confirm, RFC 3339 with an offset, not after timeout_at. Default: timeout_at. */
            confirm_by?: null | string;
            /** @description Earliest block time of the swap, RFC 3339 with an offset, cut down to the second; not after timeout_at. Default: none. */
            not_before?: null | string;
            /** @description Holds the settlement from the start, as POST /v1/settlements/{id}/hold does. Default: false. */
            hold?: null | boolean;
            /** @description Settlement of yours that has ended and that this one replaces; UUID. */
            replaces_settlement_id?: null | string;
            /** @description What the settlement is for, such as repo_open: small letters, digits, hyphens and underscores. Every platform of the settlement reads it. */
            settlement_category?: null | string;
            /** @description Of a repo_open: when the system makes the closing, RFC 3339 with an offset, after timeout_at. */
            maturity_at?: null | string;
            /** @description Of a repo_open: cash that the closing pays back, a decimal quantity of the one payment leg's token. */
            repayment_amount?: null | string;
            /** @description Of a repo_open: the agreed rate, a decimal number; kept and shown, without effect. */
            repo_rate?: null | string;
            /** @description Parties of the caller's own platform. */
            parties: components["schemas"]["PartyRequest"][];
            /** @description Parties of other platforms, which confirm who they are. With at least one the settlement is cross_platform. */
            counterparty_parties?: null | components["schemas"]["CounterpartyRequest"][];
            /** @description Movements, in the order of the contract's terms. */
            legs: components["schemas"]["LegRequest"][];
        };
        /** @description Adds a template to an environment. */
        CreateTemplateRequest: {
            /** @description Name in requests: small letters, digits and hyphens. */
            slug: string;
            /** @description Name for people. */
            name: string;
            /** @description What it is for. */
            description?: null | string;
            /** @description States, transitions, actions and requirements; GET /v1/settlement-templates/schema describes it. */
            config: null | components["schemas"]["JsonElement"];
        };
        /** @description Registers a receiver of webhooks. */
        CreateWebhookRequest: {
            /** @description https URL without user name and fragment. */
            url: string;
            /** @description For people. */
            description?: null | string;
            /** @description Event names and patterns, such as settlement.state.*; required unless event_types is given. */
            events?: null | string[];
            /** @description The same as events. */
            event_types?: null | string[];
            /** @description Key of the signatures, 16 to 128 printable ASCII characters. Default: a new one. */
            secret?: null | string;
            /** @description True: the next event of a settlement is sent only after the one before was delivered or given up. Events of other settlements do not wait. Default: false. */
            strict_order?: null | boolean;
            /** @description True: the receiver is shown the sender's certificate (mutual TLS); needs https, and a certificate that the operator has set. Default: false. */
            mutual_tls?: null | boolean;
        };
        /** @description A credential. */
        Credential: {
            /** @description Name of the client at the token endpoint. */
            client_id: string;
            /** @description Name for people; null for none. */
            name: null | string;
            /** @description What its tokens may do. */
            scopes: string[];
            /** @description active, expired or revoked. */
            status: string;
            /** @description External issuer whose tokens speak for it; null for the built-in one. */
            issuer: null | string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description End of its validity, UTC; null for none.
             */
            expires_at: null | string;
            /**
             * Format: date-time
             * @description When it was revoked, UTC; null unless it was.
             */
            revoked_at: null | string;
            /**
             * Format: date-time
             * @description Last call, at most a minute late; null before the first.
             */
            last_used_at: null | string;
            /** @description Address of that call. */
            last_used_address: null | string;
            /** @description Secrets that are valid now, newest first; at most two. */
            secrets: components["schemas"]["CredentialSecret"][];
            /** @description Only in the answer that makes it or rotates it. */
            client_secret?: null | string;
        };
        /** @description A page of a list. */
        CredentialPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Credential"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A secret of a credential, without itself. */
        CredentialSecret: {
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Null for no end.
             */
            valid_until: null | string;
        };
        /** @description A delivery of an event to an endpoint. */
        Delivery: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Id of the event, as in the header webhook-id. */
            event_id: string;
            /** @description Name of the event. */
            event: string;
            /**
             * Format: uuid
             * @description Settlement that the event is about; null for none.
             */
            settlement_id: null | string;
            /** @description waiting, delivered or failed. */
            status: string;
            /**
             * Format: int32
             * @description Attempts that were begun.
             */
            attempts: number;
            /** @description Somebody asked for it; it does not count for or against the endpoint. */
            is_replay: boolean;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it is tried next; null unless it waits.
             */
            next_attempt_at: null | string;
            /** @description The latest attempt; null before the first. */
            last_attempt: null | components["schemas"]["DeliveryAttempt"];
            /** @description What is sent, the same bytes each time; only in the answer for one delivery. */
            request?: null | components["schemas"]["DeliveryRequest"];
            /** @description Every attempt in order; only in the answer for one delivery. */
            attempt_log?: null | components["schemas"]["DeliveryAttempt"][];
        };
        /** @description An attempt of a delivery and what the receiver answered. */
        DeliveryAttempt: {
            /**
             * Format: int32
             * @description From 1.
             */
            number: number;
            /**
             * Format: date-time
             * @description When it began, UTC.
             */
            at: string;
            /** @description Where it went; null for attempts of earlier versions of this system. */
            url: null | string;
            /**
             * Format: int32
             * @description Status of the answer; null when there was none.
             */
            status_code: null | number;
            /**
             * Format: int32
             * @description Milliseconds from start to the answer or its absence.
             */
            latency_ms: number;
            /** @description Why there was no answer. */
            error: null | string;
            /** @description First bytes of the answer's body, at most 1024. */
            response_body: null | string;
        };
        /** @description A page of a list. */
        DeliveryPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Delivery"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description What a delivery sends. */
        DeliveryRequest: {
            /** @description POST. */
            method: string;
            /** @description Where it goes. */
            url: string;
            /** @description The event. */
            body: Record<string, never>;
        };
        /** @description How the reader's own legs of a settlement are deposited: by transactions of the depositor, or by signatures that this service relays. */
        DepositInstructions: {
            /**
             * Format: uuid
             * @description The settlement.
             */
            settlement_id: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description The escrow, EIP-55. It takes deposits by its functions only: a plain transfer to it is no deposit and cannot be returned. */
            escrow_address: string;
            /** @description EIP-712 id of the terms, 32 bytes in hex; the first argument of every call. */
            escrow_id: string;
            /**
             * Format: date-time
             * @description Last block time at which a deposit is taken. People who approve transactions need hours: leave them the time.
             */
            deadline: string;
            /** @description The reader's own legs, in the order of the terms. */
            legs: components["schemas"]["LegInstructions"][];
        };
        /** @description A link by which a party without an account deposits. */
        DepositLink: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /**
             * Format: uuid
             * @description Its settlement.
             */
            settlement_id: string;
            /** @description Role whose legs the page shows and no others. */
            role: string;
            /** @description active, ended or revoked. */
            status: string;
            /**
             * Format: date-time
             * @description The deadline of the settlement: the link ends with it.
             */
            expires_at: string;
            /** @description Credential or member that made it. */
            created_by: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was revoked, UTC; null unless it was.
             */
            revoked_at: null | string;
            /** @description The link itself; only in the answer that makes it. Whoever has it sees the legs of the role, and can deposit them from the role's wallet alone. */
            url?: null | string;
        };
        /** @description A page of a list. */
        DepositLinkPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["DepositLink"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A transaction of the depositor, ready to be pasted into a custody system. */
        DepositOperation: {
            /** @description approve_zero, approve, approve_for_all or deposit. */
            step: string;
            /** @description False when it is done already: leave it out. */
            needed: boolean;
            /** @description Contract that is called, EIP-55. */
            to: string;
            /** @description Always 0: the escrow takes no ether. */
            value: string;
            /** @description Call data. */
            data: string;
            /** @description Signature of the called function. */
            function: string;
            /** @description The call data in words: each argument with its name, members of structures one by one. */
            arguments: components["schemas"]["OperationArgument"][];
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /**
             * Format: int64
             * @description Gas of the whole transaction, without a margin.
             */
            gas_estimate: number;
            /** @description node: estimated on the chain as it is. measured: the step would revert before the ones in front of it, so this is the figure of the published gas measurements (rules of Prague); ask your node again when they are mined. */
            gas_basis: string;
            /** @description A sentence that says what it does. */
            detail: string;
            /** @description What the approver should know before; null for nothing. */
            warning?: null | string;
        };
        /** @description What was erased. */
        ErasedFields: {
            /**
             * Format: uuid
             * @description The settlement.
             */
            settlement_id: string;
            /** @description Role of the party. */
            role: string;
            /** @description The fields. */
            fields: string[];
        };
        /** @description Erases personal fields of a party. */
        EraseFieldsRequest: {
            /** @description Role of the party. */
            role: string;
            /** @description Of name, external_reference, asset_provider, lei, wallet_address_hint, counterparty_reference, date_of_birth, country. Default: all. */
            fields?: null | string[];
        };
        /** @description Meaning of an error code. */
        ErrorPage: {
            /** @description Path of this page, as type of problem documents names it. */
            type: string;
            /** @description Stable name of the error. */
            code: string;
            /**
             * Format: int32
             * @description Status of answers with it.
             */
            status: number;
            /** @description What it means, and what to do. */
            meaning: string;
        };
        /** @description The escrow on the chain. */
        Escrow: {
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description The escrow contract, EIP-55. */
            contract_address: string;
            /** @description EIP-712 id of the terms, 32 bytes. */
            id: string;
            /** @description registering, open, funded, executed, cancelled or expired. */
            status: null | string;
            /** @description How deposits reach the contract. */
            deposit_method: string;
            /**
             * Format: date-time
             * @description Last block time of deposits and swap, UTC.
             */
            deadline: string;
            /**
             * Format: date-time
             * @description Earliest block time of the swap, UTC; null for none.
             */
            not_before: null | string;
            /** @description Account that may cancel on the chain, EIP-55; null for none. */
            operator: null | string;
            /** @description Contract that is asked before the swap, EIP-55; null for none. */
            gate: null | string;
            /** @description Salt of the commitment, 32 bytes in hex. */
            salt: null | string;
            /** @description ref of the terms, 32 bytes. */
            ref: null | string;
            /** @description commitment of the terms: keccak256(salt || keccak256(agreement)), where the agreement is the text in the event of that type. */
            commitment: null | string;
            /** @description Transaction that published the terms; null before. */
            register_tx: null | components["schemas"]["Transaction"];
            /** @description Transaction of the swap; null before. */
            execute_tx: null | components["schemas"]["Transaction"];
            /** @description Transaction that ended the escrow; null unless one did. */
            cancel_tx: null | components["schemas"]["Transaction"];
            /**
             * Format: int32
             * @description Legs whose deposit is in.
             */
            funded_legs: number;
            /**
             * Format: int32
             * @description Legs of the terms.
             */
            total_legs: number;
        };
        /** @description An event of a settlement's audit trail. */
        Event: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /**
             * Format: uuid
             * @description Its settlement.
             */
            settlement_id: string;
            /**
             * Format: int32
             * @description Number in the reader's own chain of the settlement, gapless from 1.
             */
            sequence: number;
            /** @description state, leg, rollback, confirmation_required, confirmation, rejection, signature, agreement, compliance, cancel_request, hold or release. */
            type: string;
            /** @description State before; null for the first event. */
            from_state: null | string;
            /** @description State after; the same as before when only something else happened. */
            to_state: string;
            /** @description api, engine, chain, timer, compliance, admin or reorg. */
            triggered_by: string;
            /** @description What the event says; personal fields only as salted commitments. */
            payload: Record<string, never>;
            /** @description Transaction that it rests on; null for none. */
            transaction: null | components["schemas"]["EventTransaction"];
            /** @description SHA-256 over the previous hash and the payload in canonical JSON. */
            content_hash: string;
            /** @description content_hash of the event before in the reader's chain; of the first event 32 zero bytes. */
            previous_hash: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        EventPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description The transaction that an event rests on. */
        EventTransaction: {
            /** @description Hash of the transaction, 32 bytes in hex. */
            hash: string;
        };
        /** @description What the operator's transactions for a settlement are expected to cost. */
        ExpectedCosts: {
            /**
             * Format: int64
             * @description Gas of registration and swap, by the published measurements (rules of Prague), for recipients that hold nothing of their token yet.
             */
            gas: number;
            /** @description Decimal digits, at the base fee of the last block and the node's suggested tip; null when the node does not answer. */
            wei: null | string;
        };
        /** @description What a settlement waits for, as one environment may read it. */
        Explain: {
            /** @description State as the template names it. */
            state: string;
            /** @description Who has to act; empty at the end. */
            waiting_for: components["schemas"]["Wait"][];
            /** @description State that follows when nothing goes wrong; null at the end. */
            next_state: null | string;
        };
        /** @description Failed settlements of one age. */
        FailAge: {
            /** @description 0, 1, 2-3, 4-7, 8-30 or >30 days. */
            days: string;
            /**
             * Format: int64
             * @description Settlements.
             */
            count: number;
            /** @description Legs that are missing from them. */
            reasons: components["schemas"]["FailReason"][];
        };
        /** @description Legs that were missing for one reason. */
        FailReason: {
            /** @description ISO 20022 reason: LACK, MONY, CLAC, CMON; OTHR when nothing was missing. */
            iso_reason: string;
            /** @description own, counterparty or system. */
            side: string;
            /** @description Token of the leg; null for system. */
            token_address: null | string;
            /** @description Symbol under which you registered it. */
            symbol: null | string;
            /**
             * Format: int64
             * @description Legs; for system, settlements.
             */
            count: number;
            /** @description Sum in whole units; null for system. */
            value: null | string;
        };
        /** @description Settlements that were to settle within a time and did not, by reason and side. */
        FailsReport: {
            /**
             * Format: date-time
             * @description Begin of the time, UTC; it is part of it.
             */
            from: string;
            /**
             * Format: date-time
             * @description End of the time, UTC; it is not part of it.
             */
            to: string;
            /**
             * Format: int64
             * @description Settlements whose timeout_at lies within the time.
             */
            due: number;
            /**
             * Format: int64
             * @description Of these, settled.
             */
            settled: number;
            /**
             * Format: int64
             * @description Of these, ended otherwise than by their deadline: rejected, cancelled, stopped.
             */
            withdrawn: number;
            /**
             * Format: int64
             * @description Of these, failed: their deadline passed without a swap.
             */
            failed: number;
            /** @description Settled of settled and failed, per cent with two decimals; null when there are none. */
            efficiency_rate: null | string;
            /** @description Legs that were missing at the deadline. */
            reasons: components["schemas"]["FailReason"][];
            /** @description Failed settlements that are still open, by whole days since their deadline. */
            ageing: components["schemas"]["FailAge"][];
        };
        /** @description Why a settlement failed. For compliance only the code and a neutral sentence are there; who rejected or cancelled is there for a rejection or a cancellation alone. */
        Failure: {
            /** @description rejected, timeout, compliance, cancelled, registration_failed, execution_failed, action_failed or operator. */
            code: string;
            /** @description A sentence for people. */
            message: null | string;
            /** @description Platform that rejected, or that asked for the end. */
            by_platform?: null | string;
            /** @description Role for which it rejected. */
            role?: null | string;
            /**
             * Format: date-time
             * @description When, UTC.
             */
            at?: null | string;
        };
        /** @description A part of the feed of events. */
        Feed: {
            /** @description Events after the position that was asked for, oldest first. */
            items: components["schemas"]["FeedItem"][];
            /**
             * Format: int64
             * @description Send it as after to read on.
             */
            next: number;
            /** @description There are more already. */
            has_more: boolean;
            /**
             * Format: int64
             * @description Position of the last event of your environment, whatever types says: send it as after to read only what comes from now on.
             */
            head: number;
        };
        /** @description An event of the feed. */
        FeedItem: {
            /**
             * Format: int64
             * @description Number in the feed of your environment, from 1 without gaps.
             */
            position: number;
            /** @description The event as webhooks carry it. */
            body: Record<string, never>;
        };
        /** @description Whether the swap can still be undone by a reorg. */
        Finality: {
            /**
             * Format: int64
             * @description Number of the block of the swap.
             */
            block_number: number;
            /** @description No reorg can undo it any more. */
            finalized: boolean;
            /**
             * Format: date-time
             * @description When it should be final, UTC; null when it is, or nobody can tell.
             */
            expected_at: null | string;
        };
        /** @description Holds in force: one of the reader's side, one of another. */
        Hold: {
            /** @description The reader's side holds it. */
            own: boolean;
            /** @description Another side holds it. */
            other: boolean;
        };
        /** @description Holds a settlement, or lets it go on. */
        HoldRequest: {
            /** @description Why; for the audit trail of your own side. */
            reason: string;
        };
        /** @description A process. */
        Instance: {
            /**
             * Format: uuid
             * @description Id of its run.
             */
            id: string;
            /** @description Such as `keeper`. */
            service: string;
            /** @description Name of its machine. */
            machine: string;
            /** @description Version of the program. */
            version: string;
            /**
             * Format: date-time
             * @description UTC.
             */
            started_at: string;
            /**
             * Format: date-time
             * @description Last word, UTC.
             */
            seen_at: string;
            /**
             * Format: int32
             * @description Seconds since then.
             */
            age_seconds: number;
            /** @description `alive`, or `not_heard_from` after 20 s. */
            status: string;
        };
        /** @description An instruction, as the environment that submitted it reads it; nobody else does. */
        Instruction: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description As sent. */
            idempotency_key: string;
            /** @description What both sides know the trade by. */
            trade_reference: string;
            /** @description pending_match, matched, cancelled or expired. */
            status: string;
            /**
             * Format: uuid
             * @description Null until it was matched.
             */
            settlement_id: null | string;
            /**
             * Format: uuid
             * @description Template that the settlement is to run by.
             */
            template_id: string;
            /** @description Name of that template in requests. */
            template_slug: string;
            /**
             * Format: int32
             * @description Version of the template when the instruction came.
             */
            template_version: number;
            /** @description Role of your party. */
            role: string;
            /** @description Role that the other side takes. */
            counterparty_role: string;
            /** @description Platform of the other side; null for any. */
            counterparty_platform_slug: null | string;
            party: components["schemas"]["InstructionParty"];
            /** @description Movements, as your side sees them. */
            legs: components["schemas"]["InstructionLeg"][];
            /** @description By how much the other side's cash may differ, in units of the payment leg's token; null for none. */
            cash_tolerance: null | string;
            /** @description What it is for, such as repo_open; null for none. */
            settlement_category: null | string;
            /**
             * Format: date-time
             * @description Of a repo_open: when the closing is made, UTC.
             */
            maturity_at: null | string;
            /** @description Of a repo_open: the agreed rate, as sent, without effect. */
            repo_rate: null | string;
            /** @description Of a repo_open: cash that the closing pays back, in units of the payment leg's token. */
            repayment_amount: null | string;
            /** @description Instructions that wait under the same trade_reference and say something else; empty when there are none. */
            mismatches: components["schemas"]["InstructionMismatch"][];
            iso: components["schemas"]["Iso"];
            /**
             * Format: date-time
             * @description End of the settlement, UTC.
             */
            timeout_at: string;
            /**
             * Format: date-time
             * @description Until when it can be matched.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
        };
        /** @description A leg of an instruction. */
        InstructionLeg: {
            /**
             * Format: int32
             * @description Its place in the instruction, from 0.
             */
            index: number;
            /** @description Type that the template knows, such as asset or payment. */
            leg_type: string;
            /** @description As sent. */
            instrument_id: string;
            /** @description Whole units, as sent. */
            quantity: string;
            /** @description Smallest units, decimal digits. */
            amount: string;
            /** @description deliver: your side gives. receive: your side takes. */
            direction: string;
            /** @description The contract, EIP-55. */
            token_address: string;
            /** @description ERC-20, ERC-721 or ERC-1155. */
            token_standard: string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20. */
            token_id: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description Your own reference; null for none. */
            external_reference: null | string;
        };
        /** @description One movement as the submitting side sees it. Each token stands in one leg. */
        InstructionLegRequest: {
            /** @description Type that the template knows. Default: asset_delivery, which is the same as asset. */
            leg_type?: null | string;
            /** @description Token: its address, or a symbol that is registered in the environment (compared exactly). */
            instrument_id: string;
            /** @description Decimal quantity in whole units, above zero, with at most the token's decimals. */
            quantity: string;
            /** @description deliver: your party gives. receive: it takes. */
            direction: string;
            /** @description Your own reference; the other side never reads it. */
            external_reference?: null | string;
            /** @description Standard that the token must have. */
            token_standard?: null | string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits. */
            token_id?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description Another instruction of the same trade_reference, and what keeps the two apart. The other side is told the same. */
        InstructionMismatch: {
            /**
             * Format: date-time
             * @description When the two were compared.
             */
            at: string;
            /** @description What differs. */
            fields: components["schemas"]["MismatchedField"][];
        };
        /** @description A page of a list. */
        InstructionPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Instruction"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description The party of an instruction. */
        InstructionParty: {
            /** @description Your own reference. */
            external_reference: string;
            /** @description Name; null for none. */
            name: null | string;
            /** @description Wallet that pays, EIP-55. */
            wallet_address: string;
            /** @description Wallet that receives, EIP-55. */
            receive_address: string;
            /** @description Wallet that gets deposits back, EIP-55. */
            refund_address: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain of the wallets.
             */
            chain_id: number;
            /** @description Legal entity identifier (ISO 17442); null for none. */
            lei: null | string;
            /** @description Custodian of the wallet, as sent, without effect; null for none. */
            asset_provider: null | string;
            /** @description Day of birth of a person; null for none. */
            date_of_birth: null | string;
            /** @description ISO 3166-1 alpha-2; null for none. */
            country: null | string;
        };
        /** @description The submitting side's party. */
        InstructionPartyRequest: {
            /** @description The platform's own reference of the party. */
            external_reference: string;
            /** @description Name of the party. */
            name?: null | string;
            /** @description Wallet that pays: 0x and 40 hexadecimal digits; mixed case needs a right EIP-55 checksum. */
            wallet_address: string;
            /** @description Wallet that receives. Default: wallet_address. */
            receive_address?: null | string;
            /** @description Wallet that gets deposits back. Default: wallet_address. */
            refund_address?: null | string;
            /** @description Legal entity identifier (ISO 17442). */
            lei?: null | string;
            /** @description Date of birth of a person, such as 1961-04-30; for screening. Shown to its own platform alone. */
            date_of_birth?: null | string;
            /** @description Country of the party, ISO 3166-1 alpha-2, such as NL; for screening. Shown to its own platform alone. */
            country?: null | string;
            /** @description Kept and shown to the platform itself; no meaning here. */
            asset_provider?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description A token that the environment registered. */
        Instrument: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description The token contract, EIP-55. */
            address: string;
            /** @description Stands for the token in requests, exactly as written here. */
            symbol: string;
            /** @description ERC-20, ERC-721 or ERC-1155, as the contract says. */
            standard: string;
            /**
             * Format: int32
             * @description Digits behind the point of its unit, as the contract said when it was registered.
             */
            decimals: number;
            /** @description The one token of an ERC-721 or ERC-1155 contract that the symbol stands for; null where each leg names its own. */
            token_id: null | string;
            /** @description International securities identification number (ISO 6166); null for none. */
            isin: null | string;
            /** @description What the contract calls itself; proves nothing. */
            claimed_symbol: null | string;
            /**
             * Format: date-time
             * @description When it was registered, UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        InstrumentPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Instrument"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A transaction that the system wants, and how far it is. */
        Intent: {
            /**
             * Format: uuid
             * @description UUID of the intent.
             */
            id: string;
            /**
             * Format: uuid
             * @description Settlement that it is for; null when it is for none that is known.
             */
            settlement_id: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description Kind of action, such as register or execute_swap. */
            purpose: string;
            /** @description Id of the escrow on the chain. */
            escrow_id: string;
            /**
             * Format: int32
             * @description Index of the leg; null when it is about all of them.
             */
            leg_index: null | number;
            /** @description wanted, resting (a transaction carries it that has not had its effect), done, obsolete or failed (only a retry by the operator tries it again). */
            status: string;
            /**
             * Format: int32
             * @description Times it was put back.
             */
            attempts: number;
            /** @description Why it was put back the last time. */
            last_reason: null | string;
            /**
             * Format: date-time
             * @description Not tried before.
             */
            due_at: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /** @description Hash of the mined transaction, else of the last one that was signed for it. */
            transaction: null | string;
        };
        /** @description A page of a list. */
        IntentPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Intent"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description What an order to a settlement did. */
        Intervention: {
            /**
             * Format: uuid
             * @description The settlement.
             */
            settlement_id: string;
            /** @description State before the order. */
            previous_state: string;
            /** @description State now; only the engine moves it. */
            current_state: string;
            /** @description `retry`, `rollback`, `trigger_maturity`, or `none` when it was ordered before or the settlement has ended rolled back. */
            action: string;
        };
        /** @description A member that was invited. */
        InvitedMember: {
            member: components["schemas"]["Member"];
            /** @description Whoever has it becomes the member. In this answer and in no other. */
            invitation_token: string;
        };
        /** @description Invites a person. */
        InviteMemberRequest: {
            /** @description E-mail address. */
            email: string;
            /** @description Name for people. */
            name?: null | string;
            /** @description Roles: instruct, approve, compliance, read_only, platform_manager; none that holds a scope which you lack. */
            roles: string[];
        };
        /** @description A network from which the credentials of an environment may be used. */
        IpRule: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Network, such as `203.0.113.0/24` or `2001:db8::/32`. */
            cidr: string;
            /** @description For people. */
            description: null | string;
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        IpRulePage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["IpRule"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description The state in ISO 20022 terms. */
        Iso: {
            /** @description Code of ISO 20022 for the status. */
            status: string;
            /** @description Code of ISO 20022 for its reason; null for none. */
            reason: null | string;
        };
        /** @description An access token. */
        IssuedToken: {
            /** @description The token, for Authorization: Bearer. */
            access_token: string;
            /** @description Bearer. */
            token_type: string;
            /**
             * Format: int32
             * @description Seconds.
             */
            expires_in: number;
            /** @description Scopes that it has, separated by spaces. */
            scope: string;
        };
        /** @description Metadata of the built-in issuer of tokens. */
        IssuerMetadata: {
            /** @description Value of iss in every token. */
            issuer: string;
            /** @description Where its public keys are. */
            jwks_uri: string;
            /** @description Where tokens are issued. */
            token_endpoint: string;
            /** @description How a client names itself there. */
            token_endpoint_auth_methods_supported: string[];
            /** @description client_credentials. */
            grant_types_supported: string[];
            /** @description Every scope that a credential may have. */
            scopes_supported: string[];
            /** @description Empty: there is no authorization endpoint. */
            response_types_supported: string[];
            /** @description public. */
            subject_types_supported: string[];
            /** @description Algorithm of the signatures. */
            id_token_signing_alg_values_supported: string[];
        };
        /** @description States, transitions, actions and requirements; GET /v1/settlement-templates/schema describes it. */
        JsonElement: unknown;
        /** @description A public key of the access tokens. */
        Key: {
            /** @description Type of the key: RSA. */
            kty: string;
            /** @description sig: it verifies signatures. */
            use: string;
            /** @description Algorithm of the signatures: RS256. */
            alg: string;
            /** @description Name of the key, as in the header of a token. */
            kid: string;
            /** @description Modulus, base64url. */
            n: string;
            /** @description Exponent, base64url. */
            e: string;
        };
        /** @description Public keys of the access tokens (RFC 7517). */
        KeySet: {
            /** @description Keys that tokens in use may be signed with, the old one for some time after an exchange. */
            keys: components["schemas"]["Key"][];
        };
        /** @description A leg: one movement of a token. */
        Leg: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /**
             * Format: uuid
             * @description Its settlement.
             */
            settlement_id: string;
            /**
             * Format: int32
             * @description Place in the contract's terms, from 0.
             */
            index: number;
            /** @description Type that the template knows, such as asset or payment. */
            leg_type: string;
            /** @description As sent, for the platform that sent it. Other readers get the token's address, unless they registered that very word for that very token. */
            instrument_id: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description ERC-20, ERC-721 or ERC-1155. */
            token_standard: string;
            /** @description Whole units, as sent. */
            quantity: string;
            /** @description deliver: party_role gives. receive: party_role takes. */
            direction: string;
            /** @description Role of the party whose movement it is. */
            party_role: string;
            /** @description Role of the other side. */
            recipient_role: string;
            /** @description pending, locked, released or rolled_back. */
            status: string;
            /** @description Reference of the platform that sent it; null for every other platform. */
            external_reference: null | string;
            token: components["schemas"]["Token"];
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20. */
            token_id: null | string;
            /** @description Smallest units, decimal digits. */
            amount: string;
            /** @description Who holds the leg until the swap, as the terms have it: custody, checked or direct; null before they are fixed. */
            custody_mode: null | string;
            /** @description Wallet that pays the leg in, EIP-55; null where the reader may not see it. */
            depositor: null | string;
            /** @description Wallet that the swap pays to, EIP-55; null where the reader may not see it. */
            recipient: null | string;
            /** @description Wallet that gets the deposit back, EIP-55; null where the reader may not see it. */
            refund_to: null | string;
            /** @description Transaction of the deposit that is in; null when none is. */
            deposit: null | components["schemas"]["Transaction"];
            /** @description Transaction that paid the leg out; null before the swap. */
            release: null | components["schemas"]["Transaction"];
            /** @description Transaction that gave the deposit back; null when none did. */
            refund: null | components["schemas"]["Transaction"];
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
        };
        /** @description How one leg is deposited. */
        LegInstructions: {
            /**
             * Format: uuid
             * @description The leg.
             */
            leg_id: string;
            /**
             * Format: int32
             * @description Its place in the terms, from 0.
             */
            index: number;
            /** @description Role of the party that deposits. */
            role: string;
            /** @description Only this account can deposit the leg, EIP-55. */
            depositor: string;
            /** @description The token contract, EIP-55. */
            token_address: string;
            /** @description ERC-20, ERC-721 or ERC-1155. */
            token_standard: string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20. */
            token_id: null | string;
            /** @description Smallest units, decimal digits. */
            amount: string;
            /** @description pending, locked, released or rolled_back. */
            status: string;
            /** @description What the depositor can do without ether. */
            signed_path: components["schemas"]["SignedPath"];
            /** @description In order; do those of one leg before those of the next. Empty for a leg that is in. */
            operations: components["schemas"]["DepositOperation"][];
            /** @description Alternatives to the operations, to be signed by the depositor (eth_signTypedData_v4). */
            documents: components["schemas"]["SigningDocument"][];
            /** @description What the deposit depends on, as the chain has it now; empty for a leg that is in. */
            preflight: components["schemas"]["PreflightCheck"][];
        };
        /** @description One movement of a token. */
        LegRequest: {
            /** @description Type that the template knows, such as asset or payment. */
            leg_type: string;
            /** @description Token: its address, or a symbol that is registered in the environment (compared exactly). */
            instrument_id: string;
            /** @description Decimal quantity in whole units, above zero, with at most the token's decimals. */
            quantity: string;
            /** @description deliver: party_role gives. receive: party_role takes. */
            direction: string;
            /** @description Role of the party whose movement this is. */
            party_role: string;
            /** @description Role of the other side; required when there are more than two roles. */
            recipient_role?: null | string;
            /** @description The same as recipient_role. */
            counterparty_role?: null | string;
            /** @description The caller's own reference; other platforms never read it. */
            external_reference?: null | string;
            /** @description Standard that the token must have. */
            token_standard?: null | string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits. */
            token_id?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description Paths of a settlement. */
        Links: {
            /** @description Path of the settlement. */
            self: string;
            /** @description Path of its events. */
            events: string;
        };
        /** @description A change of a list. */
        ListChange: {
            /**
             * Format: uuid
             * @description Change.
             */
            id: string;
            /** @description Name of the list in the settings. */
            list: string;
            /** @description SHA-256 of the file before; null for the first. */
            before_hash: null | string;
            /** @description SHA-256 of the file after. */
            after_hash: string;
            /**
             * Format: int32
             * @description Entries that came.
             */
            added: number;
            /**
             * Format: int32
             * @description Entries that went.
             */
            removed: number;
            /**
             * Format: int32
             * @description Entries that are otherwise now.
             */
            changed: number;
            /**
             * Format: date-time
             * @description When the new file was taken into use, UTC.
             */
            made_at: string;
            /**
             * Format: int64
             * @description Live parties that were compared with the change.
             */
            parties_compared: number;
            /**
             * Format: date-time
             * @description When all of them were, UTC; null before.
             */
            finished_at: null | string;
            /**
             * Format: int64
             * @description Live settlements in which a party was like an entry of the change.
             */
            settlements_touched: number;
        };
        /** @description A page of a list. */
        ListChangePage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["ListChange"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A person's place in a platform. */
        Member: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description E-mail address. */
            email: string;
            /** @description Name for people. */
            name: null | string;
            /** @description Roles. */
            roles: string[];
            /** @description `invited` or `active`. */
            status: string;
            /**
             * Format: date-time
             * @description End of the invitation, UTC; null once it was taken.
             */
            invitation_ends: null | string;
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description UTC.
             */
            updated_at: string;
        };
        /** @description A page of a list. */
        MemberPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Member"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description What was minted. */
        Minted: {
            /** @description EIP-55. */
            token: string;
            /** @description EIP-55. */
            to: string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20. */
            token_id: null | string;
            /** @description Smallest units, decimal digits. */
            amount: string;
            /** @description Hash of the transaction, which is mined. */
            transaction: string;
        };
        /** @description Mints a test token. */
        MintRequest: {
            /** @description The token's address, or the symbol of one of the test tokens. */
            token: string;
            /** @description Who gets it. */
            to: string;
            /** @description Smallest units, decimal digits; leave it out for an ERC-721. */
            amount?: null | string;
            /** @description Which token of an ERC-721 or ERC-1155 contract, decimal digits. */
            token_id?: null | string;
        };
        /** @description A field in which two instructions differ. What the other side says is not shown. */
        MismatchedField: {
            /** @description Member of your instruction, such as legs[1].quantity; legs for a token that you do not name. */
            field: string;
            /** @description ISO 20022 code of an unmatched reason. */
            iso_reason: string;
            /** @description What your instruction says; null where it says nothing. */
            own_value: null | string;
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description Reports of the processes about the nodes of their chains. */
        Nodes: {
            /** @description One report of each process and chain. */
            reports: components["schemas"]["Report"][];
        };
        /** @description An argument of a call. */
        OperationArgument: {
            /** @description Name in the ABI. */
            name: string;
            /** @description Type in the ABI, such as uint256. */
            type: string;
            /** @description Decimal digits, hex or EIP-55, by its type. */
            value: string;
        };
        /** @description A settlement as the operator reads it. */
        OperatorSettlement: {
            /** @description As its initiator reads it, with every party's details. */
            settlement: components["schemas"]["Settlement"];
            /** @description Platform that made it. */
            platform_name: string;
            /** @description Its slug. */
            platform_slug: string;
            /** @description Its environment. */
            environment_slug: string;
            /** @description Environments that may read it. */
            readers: string[];
            /**
             * Format: int32
             * @description Failures of the engine in a row.
             */
            attempts: number;
            /** @description The last of them. */
            last_error: null | string;
            /**
             * Format: date-time
             * @description When the engine looks at it next, UTC; null when something has to happen first.
             */
            due_at: null | string;
        };
        /** @description A deposit that has yet to be returned. */
        OutstandingLeg: {
            /**
             * Format: uuid
             * @description The leg.
             */
            leg_id: string;
            /**
             * Format: int32
             * @description Transactions that tried to return it.
             */
            attempts: number;
            /** @description Why the chain refused the return, as a decoded revert; null when it did not. */
            last_error: null | string;
            /**
             * Format: date-time
             * @description When it is tried next, UTC; null when nobody will.
             */
            next_attempt_at: null | string;
        };
        /** @description The platform that the token belongs to, and the environment. */
        OwnPlatform: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Name for people. */
            name: string;
            /** @description Name in requests. */
            slug: string;
            /** @description active or suspended. */
            status: string;
            /** @description Picture for pages; null for none. */
            logo_url: null | string;
            /** @description Where its clients ask; null for none. */
            support_email: null | string;
            /** @description Page where they ask; null for none. */
            support_url: null | string;
            /**
             * Format: uuid
             * @description The environment that the token belongs to.
             */
            environment_id: string;
            /** @description Name of that environment in requests. */
            environment_slug: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
        };
        /** @description A party. Wallets and name of the other side are null before the reader has confirmed its own parties. */
        Party: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Role that legs name, such as buyer. */
            role: string;
            /**
             * Format: uuid
             * @description Platform of the party.
             */
            platform_id: string;
            /** @description Name of that platform in requests. */
            platform_slug: string;
            /**
             * Format: uuid
             * @description Environment of the party; null for other platforms.
             */
            environment_id: null | string;
            /** @description The party's reference at its own platform; null for every other platform. */
            external_reference: null | string;
            /** @description Name; null for other platforms until the party's environment discloses it. */
            name: null | string;
            /** @description Wallet that pays, EIP-55. */
            wallet_address: null | string;
            /** @description Wallet that gets deposits back, EIP-55. */
            refund_address: null | string;
            /** @description Wallet that receives, EIP-55. */
            receive_address: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain of its wallets; null where the reader may not see them.
             */
            chain_id: null | number;
            /** @description Custodian of the wallet, as sent, without effect; null for every other platform. */
            asset_provider: null | string;
            /** @description Legal entity identifier (ISO 17442); null for every other platform. */
            lei: null | string;
            /** @description Day of birth of a person; its own platform's alone to read. */
            date_of_birth: null | string;
            /** @description ISO 3166-1 alpha-2; its own platform's alone to read. */
            country: null | string;
            /** @description confirmed, pending_confirmation or rejected. */
            status: string;
            /**
             * Format: date-time
             * @description When it was confirmed, UTC; null before.
             */
            confirmed_at: null | string;
            /** @description Wallet that the initiator expects, EIP-55; for the initiator and the party alone. */
            wallet_address_hint: null | string;
            /** @description Reference by which the initiator knows the party; for the two alone. */
            counterparty_reference: null | string;
            /** @description The confirmed wallet is the one that was hinted at; null without hint or confirmation. */
            hint_matched: null | boolean;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
        };
        /** @description A party of the caller's own platform. */
        PartyRequest: {
            /** @description Role that legs name, such as buyer. */
            role: string;
            /** @description The platform's own reference of the party. */
            external_reference: string;
            /** @description Name of the party. */
            name?: null | string;
            /** @description Wallet that pays: 0x and 40 hexadecimal digits; mixed case needs a right EIP-55 checksum. */
            wallet_address: string;
            /** @description Wallet that receives. Default: wallet_address. */
            receive_address?: null | string;
            /** @description Wallet that gets deposits back. Default: wallet_address. */
            refund_address?: null | string;
            /** @description Legal entity identifier (ISO 17442). */
            lei?: null | string;
            /** @description Date of birth of a person, such as 1961-04-30; for screening. Shown to its own platform alone. */
            date_of_birth?: null | string;
            /** @description Country of the party, ISO 3166-1 alpha-2, such as NL; for screening. Shown to its own platform alone. */
            country?: null | string;
            /** @description Kept and shown to the platform itself; no meaning here. */
            asset_provider?: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; must be the environment's.
             */
            chain_id?: null | number;
        };
        /** @description A pause in force. */
        Pause: {
            /**
             * Format: uuid
             * @description UUID of the pause.
             */
            id: string;
            /** @description all, environment, token or settlement. */
            scope: string;
            /**
             * Format: uuid
             * @description Environment that is paused; null for another scope.
             */
            environment_id: null | string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain; null for a scope without one.
             */
            chain_id: null | number;
            /** @description Token whose settlements are paused, EIP-55; null for another scope. */
            token: null | string;
            /** @description Escrow that is paused, 32 bytes in hex; null for another scope. */
            escrow_id: null | string;
            /** @description Why, as whoever set it said. */
            reason: string;
            /** @description operator or reconciler. */
            set_by: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        PausePage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Pause"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description Pauses registrations and swaps. */
        PauseRequest: {
            /** @description all, environment or token. */
            scope: string;
            /** @description Environment, for that scope. */
            environment_id?: null | string;
            /**
             * Format: int64
             * @description Chain of the token, for that scope.
             */
            chain_id?: null | number;
            /** @description Token, for that scope. */
            token?: null | string;
            /** @description Why; shown with each settlement that waits because of the pause. */
            reason: string;
        };
        /** @description How many settlements are in which state. */
        Pipeline: {
            /** @description Open ones by chain and state. */
            states: components["schemas"]["PipelineRow"][];
            /**
             * Format: int64
             * @description Open ones.
             */
            total_in_flight: number;
            /**
             * Format: int64
             * @description Those that have ended.
             */
            total_terminal: number;
        };
        /** @description Open settlements of one state. */
        PipelineRow: {
            /**
             * Format: int64
             * @description EIP-155 chain id.
             */
            chain_id: number;
            /** @description State. */
            state: string;
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /**
             * Format: int64
             * @description How many of them refund deposits.
             */
            rolling_back: number;
            /**
             * Format: date-time
             * @description Creation of the oldest, UTC.
             */
            oldest: string;
        };
        /** @description A platform. */
        Platform: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Name for people. */
            name: string;
            /** @description Name in requests. */
            slug: string;
            /** @description `active` or `suspended`. */
            status: string;
            /** @description Picture for pages. */
            logo_url: null | string;
            /** @description Where its clients ask. */
            support_email: null | string;
            /** @description Page where they ask. */
            support_url: null | string;
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description UTC.
             */
            updated_at: string;
        };
        /** @description An environment of a platform. */
        PlatformEnvironment: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /**
             * Format: uuid
             * @description Its platform.
             */
            platform_id: string;
            /** @description Name for people. */
            name: string;
            /** @description Name within the platform. */
            slug: string;
            /** @description `sandbox` or `production`. */
            kind: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain on which it settles.
             */
            chain_id: number;
            /** @description Callers of it are let in. */
            is_active: boolean;
            /** @description Counterparties reach it when no slug matches. */
            is_default: boolean;
            /** @description Version of the API that answers have when a request names none. */
            api_version: string;
            /**
             * Format: int32
             * @description Time of a settlement whose request names none.
             */
            default_timeout_seconds: number;
            /**
             * Format: int32
             * @description Requests a minute.
             */
            rate_limit_rpm: number;
            /**
             * Format: int32
             * @description Most settlements open at once; null: as the operator's settings say.
             */
            max_open_settlements: null | number;
            /**
             * Format: int32
             * @description Most settlements made in an hour; null: as the operator's settings say.
             */
            max_registrations_per_hour: null | number;
            /** @description What needs a second person gets one. */
            four_eyes: boolean;
            /** @description Parties use registered wallets only. */
            wallets_required: boolean;
            /** @description Counterparties read the names of its parties before they confirm. */
            disclose_name_before_confirmation: boolean;
            /**
             * Format: int32
             * @description Seconds; a settlement that the lists stop ends after a random time up to this.
             */
            compliance_min_hold: number;
            /** @description Origins of browsers that may call. */
            cors_origins: string[];
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description UTC.
             */
            updated_at: string;
        };
        /** @description A page of a list. */
        PlatformEnvironmentPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["PlatformEnvironment"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A page of a list. */
        PlatformPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Platform"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description One thing that a deposit depends on, as the chain has it now. */
        PreflightCheck: {
            /** @description balance, allowance, sender, pause, verification or gas_money. */
            check: string;
            /** @description The deposit does not fail by it. */
            ok: boolean;
            /** @description What is there: smallest units for balance and allowance, wei for gas_money, an address for sender; null where there is no such value. */
            have: null | string;
            /** @description What is needed, in the same units. */
            need: null | string;
            /** @description A sentence that names the fix. */
            detail: string;
        };
        /** @description What would come of a create request. Nothing was stored. */
        Preview: {
            /** @description The request breaks no rule. */
            would_create: boolean;
            /** @description As the 422 of a create request lists them. */
            errors: components["schemas"]["ProblemFault"][];
            /** @description What keeps deposits from coming, as the chain has it now; none of it keeps the settlement from being made. */
            warnings: components["schemas"]["PreviewWarning"][];
            /** @description What the operator's transactions are expected to cost; null with errors. */
            costs: null | components["schemas"]["ExpectedCosts"];
        };
        /** @description Something to put right before the deposit. */
        PreviewWarning: {
            /** @description balance, sender, pause, verification or gas_money, and already_created. */
            code: string;
            /** @description A sentence that names the fix. */
            detail: string;
            /**
             * Format: int32
             * @description Place of the leg, from 0; null where none is concerned.
             */
            leg_index: null | number;
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @description Path of a page that says what the code means. */
            type: string;
            /** @description Words of the status. */
            title: string;
            /**
             * Format: int32
             * @description Status of the answer.
             */
            status: number;
            /** @description Stable name of the error; the page of type lists all. */
            code: string;
            /** @description A sentence that names the fix. */
            detail: string;
            /** @description Every member that breaks a rule; only where the request is at fault. */
            errors?: null | components["schemas"]["ProblemFault"][];
            /** @description Present state of the settlement, where it is the reason. */
            state?: null | string;
            /** @description Also in the header X-Request-Id. */
            request_id: string;
            /** @description The same request may succeed later; see Retry-After. */
            retryable: boolean;
        };
        /** @description One member that breaks a rule. */
        ProblemFault: {
            /** @description JSON pointer (RFC 6901) into the request. */
            pointer: string;
            /** @description The same place as a list, body or query first. */
            loc: (number | string)[];
            /** @description Stable name of the rule. */
            code: string;
            /** @description A sentence that names the fix. */
            msg: string;
            /** @description The same sentence. */
            detail: string;
            /** @description value_error. */
            type: string;
        };
        /** @description Health of what the system depends on, as its processes report it. */
        ProvidersHealth: {
            /** @description healthy, degraded or unhealthy: the worst of what living processes report; unknown when none does. */
            overall_status: string;
            /** @description Processes that reported lately. */
            instances: components["schemas"]["Instance"][];
            /** @description Health checks of the processes. */
            reports: components["schemas"]["Report"][];
            /** @description Screening providers, as the keepers report them: circuit, calls that failed and succeeded, last error. */
            providers: components["schemas"]["Report"][];
        };
        /** @description A test event that was queued. */
        QueuedEvent: {
            /** @description Id of the event, as in the header webhook-id. */
            event_id: string;
        };
        /** @description Events that were queued to be sent again. */
        QueuedReplay: {
            /**
             * Format: int32
             * @description How many; those that wait to be sent again already are not counted twice.
             */
            queued: number;
        };
        /** @description Registers a token under a symbol. Code, decimals and standard are read from the chain, once. */
        RegisterInstrumentRequest: {
            /**
             * Format: int64
             * @description EIP-155 id of the token's chain; the environment's, if given.
             */
            chain_id?: null | number;
            /** @description Address of the token contract. */
            address: string;
            /** @description Word that stands for the token in requests and in what your environment reads. Default: what the contract calls itself. */
            symbol?: null | string;
            /** @description ERC-20, ERC-721 or ERC-1155. If given, the contract must be of that standard. */
            standard?: null | string;
            /** @description Of an ERC-721 or ERC-1155 contract: the one token that the symbol stands for, in decimal digits. Without it each leg names its own. */
            token_id?: null | string;
            /** @description ISIN (ISO 6166); it can be used as instrument_id, as the symbol can. */
            isin?: null | string;
        };
        /** @description Registers a wallet that parties of the environment may use. */
        RegisterWalletRequest: {
            /** @description Address. */
            wallet_address: string;
            /** @description For people. */
            label?: null | string;
        };
        /** @description A counterparty refuses to take part. */
        RejectSettlementRequest: {
            /** @description Why; the initiator reads it. */
            reason: string;
            /** @description Role to reject. Default: all of the caller's roles. */
            role?: null | string;
        };
        /** @description Sends events again: those of a settlement, or of a time. */
        ReplayRequest: {
            /** @description Settlement whose events are sent again; UUID. Give it, or from. */
            settlement_id?: null | string;
            /** @description Events of that time and later, RFC 3339 with an offset. */
            from?: null | string;
            /** @description Events before that time, RFC 3339 with an offset. Default: now. */
            to?: null | string;
        };
        /** @description What the opening of a repo says of its closing. */
        Repo: {
            /** @description As sent, without effect. */
            rate: null | string;
            /** @description Cash that is paid back, in units of the payment leg's token. */
            repayment_amount: string;
            /**
             * Format: date-time
             * @description When the closing is made, UTC.
             */
            closes_at: string;
            /**
             * Format: uuid
             * @description The closing; null until it was made.
             */
            close_id: null | string;
        };
        /** @description A report of a process. */
        Report: {
            /** @description The process. */
            instance: components["schemas"]["Instance"];
            /** @description Name of the report. */
            name: string;
            /**
             * Format: date-time
             * @description When it was written, UTC.
             */
            at: string;
            /**
             * Format: int32
             * @description Seconds since then.
             */
            age_seconds: number;
            /** @description What it says. */
            report: Record<string, never>;
        };
        /** @description Lifts a pause. */
        ResumeRequest: {
            /** @description The pause, as listed. */
            pause_id: string;
        };
        /** @description Tries a settlement again. */
        RetrySettlementRequest: {
            /** @description Why; in the activity log. */
            reason?: null | string;
        };
        /** @description How deposits are returned. */
        Rollback: {
            /** @description in_progress, blocked or complete. */
            status: string;
            /** @description Why deposits go back. */
            cause: string;
            /**
             * Format: date-time
             * @description Since when, UTC.
             */
            started_at: null | string;
            /** @description Deposits that have yet to be returned. */
            legs_outstanding: components["schemas"]["OutstandingLeg"][];
        };
        /** @description Rolls a settlement back. */
        RollbackSettlementRequest: {
            /** @description Why; in the audit trail. */
            reason: string;
        };
        /** @description Gives a credential a new secret. */
        RotateCredentialRequest: {
            /**
             * Format: int64
             * @description Time for which the present secret stays valid, 0 to 604800. Default: 86400, a day.
             */
            overlap_seconds?: null | number;
        };
        /** @description Gives a receiver a new secret. */
        RotateSecretRequest: {
            /** @description Key of the signatures, 16 to 128 printable ASCII characters. Default: a new one. */
            secret?: null | string;
        };
        /** @description An account that sends transactions, and what it still holds. */
        Sender: {
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description The account, EIP-55. */
            address: string;
            /** @description standby (a keeper has its key, it sends nothing), active (it takes new work, and new terms name it as operator), draining (it ends what it began), dedicated (it attests and never goes into service) or retired. */
            status: string;
            /**
             * Format: date-time
             * @description Since when it has the status.
             */
            status_at: string;
            /**
             * Format: date-time
             * @description When a keeper said last that it has the key; null for never.
             */
            key_seen_at: null | string;
            /**
             * Format: int64
             * @description Open settlements whose terms name it as operator: only it can cancel them on the chain.
             */
            open_settlements: number;
            /**
             * Format: int64
             * @description Nonces whose transaction is not final.
             */
            open_nonces: number;
            /**
             * Format: int64
             * @description Transactions that are wanted and that it carries, or alone may carry.
             */
            open_intents: number;
        };
        /** @description The accounts that send transactions. */
        Senders: {
            /** @description Every account that ever had a status. */
            accounts: components["schemas"]["Sender"][];
        };
        /** @description A settlement as one environment may read it. Members are never left out; what a reader may not know is null. */
        Settlement: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Null for every platform but the initiator. */
            idempotency_key: null | string;
            /**
             * Format: uuid
             * @description Platform that instructed the settlement.
             */
            platform_id: string;
            /**
             * Format: uuid
             * @description Environment that instructed it; null for other environments.
             */
            environment_id: null | string;
            /**
             * Format: uuid
             * @description Template that it runs by.
             */
            template_id: string;
            /** @description Name of that template in requests. */
            template_slug: string;
            /**
             * Format: int32
             * @description Version of the template; a settlement keeps the one that it began with.
             */
            template_version: number;
            /** @description The initiator's reference; null for every other platform. */
            external_reference: null | string;
            /** @description single_platform or cross_platform. */
            settlement_type: string;
            /** @description What it is for, as instructed, such as repo_open; null for none. */
            settlement_category: null | string;
            /**
             * Format: uuid
             * @description Of the closing of a repo: its opening.
             */
            parent_settlement_id: null | string;
            /**
             * Format: date-time
             * @description Of the opening of a repo: when the closing is made.
             */
            maturity_at: null | string;
            /** @description Of the two instructions that it was matched from; null for one that was instructed whole. */
            trade_reference: null | string;
            /** @description Of the opening of a repo; null for every other settlement. */
            repo: null | components["schemas"]["Repo"];
            /** @description State as the template names it. */
            state: string;
            /**
             * Format: int32
             * @description Number of the last event that the reader may see, from 1.
             */
            sequence: number;
            /** @description It is at its end: nothing but finality can follow. */
            is_terminal: boolean;
            /** @description In the order of the instruction. */
            parties: components["schemas"]["Party"][];
            /** @description In the order of the terms. */
            legs: components["schemas"]["Leg"][];
            /** @description Which counterparties are waited for; null when none. */
            confirmation: null | components["schemas"]["Confirmation"];
            /** @description Who holds the settlement before its terms are published. */
            hold: components["schemas"]["Hold"];
            /** @description Who asked for the end; null when nobody did. */
            cancellation: null | components["schemas"]["Cancellation"];
            /** @description Null until the settlement has passed compliance. */
            escrow: null | components["schemas"]["Escrow"];
            /** @description How deposits are returned; null unless the settlement rolls back. */
            rollback: null | components["schemas"]["Rollback"];
            /** @description Why it failed; null unless it did. */
            failure: null | components["schemas"]["Failure"];
            /** @description From SETTLED on. */
            finality: null | components["schemas"]["Finality"];
            /** @description How far screening is; null before it begins. */
            compliance: null | components["schemas"]["Compliance"];
            /** @description What the operator's transactions for the settlement cost so far. */
            costs: components["schemas"]["Costs"];
            iso: components["schemas"]["Iso"];
            /**
             * Format: uuid
             * @description Settlement that this one replaces; null for none, and where the reader may not see it.
             */
            replaces_settlement_id: null | string;
            /**
             * Format: uuid
             * @description Settlement that replaces this one; null for none, and where the reader may not see it.
             */
            replaced_by_settlement_id: null | string;
            /**
             * Format: date-time
             * @description Earliest block time of the swap; null for none.
             */
            not_before: null | string;
            /**
             * Format: date-time
             * @description Last moment of the swap, UTC; deposits that are in then go back.
             */
            timeout_at: string;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
            /** @description Where the host serves the settlement; set by the host. */
            links: null | components["schemas"]["Links"];
            /** @description Plain transfers to the escrow of tokens and from wallets of this settlement; only for the operator of the system, absent for every platform. */
            stray_transfers?: null | components["schemas"]["Stray"][];
        };
        /** @description A page of a list. */
        SettlementPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Settlement"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A signature that was taken; what was signed with stays in the service. */
        Signature: {
            /**
             * Format: uuid
             * @description Its settlement.
             */
            settlement_id: string;
            /** @description Role of the party that signed. */
            role: string;
            /** @description settle, permit2, authorization or permit. */
            kind: string;
            /**
             * Format: uuid
             * @description Leg that it deposits; null for all of the role.
             */
            leg_id: null | string;
            /** @description The depositor, EIP-55. */
            signer: string;
            /**
             * Format: date-time
             * @description Last moment at which it is used.
             */
            deadline: string;
        };
        /** @description A signature's request without the signature. */
        SignatureTemplate: {
            /** @description Role of the party that signs. */
            role: string;
            /** @description settle, permit2, authorization or permit. */
            kind: string;
            /**
             * Format: uuid
             * @description Leg that it deposits; null for all of the role.
             */
            leg_id: null | string;
            /**
             * Format: date-time
             * @description Until when the signature can be used, UTC.
             */
            deadline: string;
        };
        /** @description Whether a leg can be deposited by signatures alone. */
        SignedPath: {
            /** @description Every step can be signed: the depositor needs no ether. */
            without_transaction: boolean;
            /** @description The one transaction that is needed first: approve, approve_for_all, approve_permit2 or deposit; null for none. */
            transaction_needed: null | string;
            /** @description A sentence that says what to sign, and what is needed first. */
            detail: string;
        };
        /** @description A document that the depositor may sign in place of a transaction. */
        SigningDocument: {
            /** @description settle, permit2, authorization or permit. */
            kind: string;
            /** @description EIP-712 document with types, primaryType, domain and message, as eth_signTypedData_v4 takes it. */
            typed_data: Record<string, never>;
            /** @description What is signed: the hash of the document. */
            digest: string;
            /** @description Body of POST /v1/settlements/{id}/signatures, complete but for the signature. */
            submit: components["schemas"]["SignatureTemplate"];
            /** @description What the signature does, and what it needs beside it. */
            detail: string;
        };
        /** @description What the escrow contract held for the wallets of an environment on a day, UTC, and how it came about. */
        Statement: {
            /** @description The day, UTC. */
            date: string;
            /**
             * Format: date-time
             * @description Blocks of that time and later.
             */
            from: string;
            /**
             * Format: date-time
             * @description Blocks before that time.
             */
            to: string;
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description Last block before the day; null when there is none. */
            opening_block: null | components["schemas"]["StatementBlock"];
            /** @description Last block of the day so far; null when there is none up to it. */
            closing_block: null | components["schemas"]["StatementBlock"];
            /** @description No block of the day can change any more. */
            final: boolean;
            /** @description The sum of all statements equals the contract's balances at the closing block; null while that has not been compared. */
            reconciled: null | boolean;
            /** @description Accounts that held something or moved, by token and wallet; none on a quiet day of an environment that holds nothing. */
            accounts: components["schemas"]["StatementAccount"][];
        };
        /** @description What the escrow held of one token for one wallet. */
        StatementAccount: {
            /** @description The token contract, EIP-55. */
            token_address: string;
            /** @description Symbol under which you registered it. */
            symbol: null | string;
            /**
             * Format: int32
             * @description Decimals of your registration.
             */
            decimals: null | number;
            /** @description Which token of an ERC-721 or ERC-1155 contract. */
            token_id: null | string;
            /** @description Wallet that deposited. */
            wallet_address: string;
            /** @description Smallest units at the opening block. */
            opening: string;
            /** @description Smallest units at the closing block. */
            closing: string;
            /** @description In the order of the chain. */
            movements: components["schemas"]["StatementMovement"][];
        };
        /** @description A block by which a statement is named. */
        StatementBlock: {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description Its hash. */
            hash: string;
            /**
             * Format: date-time
             * @description Its time, UTC.
             */
            at: string;
        };
        /** @description A movement of an account. */
        StatementMovement: {
            /** @description deposited, withdrawn, released or refunded. */
            type: string;
            /** @description Smallest units; deposited adds them, the others take them away. */
            amount: string;
            /** @description Smallest units after it. */
            balance: string;
            /**
             * Format: uuid
             * @description Settlement of the movement; null when it is of none that you know.
             */
            settlement_id: null | string;
            /**
             * Format: uuid
             * @description Its leg; null without a settlement.
             */
            leg_id: null | string;
            /** @description external_reference of your own settlement. */
            external_reference: null | string;
            /** @description Hash of the transaction. */
            hash: string;
            /**
             * Format: int32
             * @description Index of the log in its block, from 0.
             */
            log_index: number;
            /**
             * Format: int64
             * @description Number of the block.
             */
            block_number: number;
            /** @description Hash of the block. */
            block_hash: null | string;
            /**
             * Format: date-time
             * @description Time of the block, UTC.
             */
            at: null | string;
        };
        /** @description A party of the reader that screening stopped, and in which layer; never what was found. */
        StoppedParty: {
            /** @description Role of the party. */
            role: string;
            /** @description entity or wallet. */
            layer: string;
        };
        /** @description Tokens that came to an escrow by a plain transfer, which is no deposit and which nobody can send back. */
        Stray: {
            /**
             * Format: int64
             * @description EIP-155 id of the chain.
             */
            chain_id: number;
            /** @description The token contract. */
            token: string;
            /** @description Smallest units. */
            amount: string;
            /** @description Who sent it. */
            from: string;
            /** @description Transaction of the transfer. */
            hash: string;
            /**
             * Format: int32
             * @description Index of the log in its block, from 0.
             */
            log_index: number;
            /**
             * Format: int64
             * @description Number of the block.
             */
            block_number: number;
            /** @description Hash of the block. */
            block_hash: string;
        };
        /** @description A page of a list. */
        StrayPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Stray"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description Settlements that do not move. */
        StuckSettlement: {
            /**
             * Format: uuid
             * @description The settlement.
             */
            settlement_id: string;
            /** @description State as the template names it. */
            state: string;
            /**
             * Format: date-time
             * @description Last change.
             */
            since: string;
            /**
             * Format: date-time
             * @description Last moment of the swap, UTC.
             */
            timeout_at: string;
            /** @description What it waits for. */
            waits_for: string;
        };
        /** @description A page of a list. */
        StuckSettlementPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["StuckSettlement"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description One side of a trade. When the other side says the same under the same trade_reference, the two become a settlement. */
        SubmitInstructionRequest: {
            /** @description Names the request: the same key with the same contents gives the same instruction. 1 to 255 characters. */
            idempotency_key: string;
            /** @description Template by slug; required unless template_id is given. */
            template_slug?: null | string;
            /** @description Template by id or slug. */
            template_id?: null | string;
            /** @description Role of your party; the other side takes the other one of the template. */
            role: string;
            /** @description Your party. */
            party: null | components["schemas"]["InstructionPartyRequest"];
            /** @description Movements, as your side sees them. */
            legs: components["schemas"]["InstructionLegRequest"][];
            /** @description What both sides know the trade by, compared exactly. Default: KS- and a UUID, for you to give to the other side. At most 35 characters where it is to stand in a message of ISO 20022. */
            trade_reference?: null | string;
            /** @description Slug of the other side's platform: instructions of others are not compared. Default: any. */
            counterparty_platform_slug?: null | string;
            /** @description By how much the other side's cash may differ, in units of the one payment leg's token. The smaller one of the two counts; what its receiver instructed is paid. Default: 0. */
            cash_tolerance?: null | string;
            /** @description End of the settlement, RFC 3339 with an offset, cut down to the second; of two that differ the earlier. Default: the environment's timeout. */
            timeout_at?: null | string;
            /** @description Until when it can be matched, RFC 3339 with an offset, before timeout_at. Default: 24 hours, or as long as timeout_at allows. */
            expires_at?: null | string;
            /** @description What the settlement is for, such as repo_open; both sides say the same. */
            settlement_category?: null | string;
            /** @description Of a repo_open: when the system makes the closing, RFC 3339 with an offset, after timeout_at; both sides say the same. */
            maturity_at?: null | string;
            /** @description Of a repo_open: cash that the closing pays back, a decimal quantity of the one payment leg's token; both sides say the same. */
            repayment_amount?: null | string;
            /** @description Of a repo_open: the agreed rate, a decimal number; kept and shown, without effect. */
            repo_rate?: null | string;
        };
        /** @description A depositor's signature of one of the documents of its deposit instructions. */
        SubmitSignatureRequest: {
            /** @description Role of the party whose wallet signed. */
            role: string;
            /** @description settle, permit2, authorization or permit. */
            kind: string;
            /** @description The leg; not for settle, which is about all of them. */
            leg_id?: null | string;
            /** @description 0x and hexadecimal digits: 65 or 64 bytes of a key, or what a contract wallet takes (ERC-1271), at most 4,096 bytes. Never shown again. */
            signature: string;
            /** @description The deadline of the document that was signed, validBefore of an authorization. For settle: until when the keeper may use the signature. Default: that of the document in the deposit instructions. */
            deadline?: null | string;
        };
        /** @description A settlement template. */
        Template: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Name in requests. */
            slug: string;
            /** @description Name for people. */
            name: string;
            /** @description What it is for. */
            description: string;
            /**
             * Format: int32
             * @description From 1; a change makes the next.
             */
            version: number;
            /** @description New settlements may take it. */
            is_active: boolean;
            /** @description States, transitions, actions, required roles and types of legs. */
            config: Record<string, never>;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
        };
        /** @description A page of a list. */
        TemplatePage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Template"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A token as the reader's own registry knows it. What the contract calls itself proves nothing: anybody can deploy one that says USDC. */
        Token: {
            /** @description EIP-55. */
            address: string;
            /** @description Symbol under which the reader's environment registered the token; null when it did not. */
            symbol: null | string;
            /**
             * Format: int32
             * @description Digits behind the point of its unit.
             */
            decimals: number;
            /** @description The reader's environment registered the token. */
            registered: boolean;
            /** @description What the contract of an unregistered token calls itself, without control and format characters; null when registered, or nothing is left. */
            claimed_symbol: null | string;
            /** @description Registered symbol for which claimed_symbol can be taken; null for none. A warning: it is another token. */
            resembles: null | string;
        };
        /** @description An error of the token endpoint (RFC 6749 section 5.2). */
        TokenError: {
            /** @description Code of the error by that section. */
            error: string;
            /** @description A sentence that names the fix. */
            error_description: string;
        };
        /** @description Asks for an access token (RFC 6749 section 4.4). */
        TokenRequest: {
            /** @description client_credentials. */
            grant_type: string;
            /** @description Here, or in Authorization: Basic. */
            client_id: string;
            /** @description Here, or in Authorization: Basic. */
            client_secret: string;
            /** @description API that the token is for. Default: this one. */
            audience?: null | string;
            /** @description Scopes, separated by spaces. Default: all of the credential. */
            scope?: null | string;
        };
        /** @description A live settlement that a change touched. */
        TouchedSettlement: {
            /**
             * Format: uuid
             * @description Settlement.
             */
            settlement_id: string;
            /**
             * Format: uuid
             * @description Party that was like the entry.
             */
            party_id: string;
            /** @description `entity` or `wallet`. */
            layer: string;
            /** @description Id of the entry. */
            entry: string;
            /** @description What became of the entry. */
            action: string;
            /**
             * Format: date-time
             * @description When it was compared, UTC.
             */
            at: string;
        };
        /** @description A page of a list. */
        TouchedSettlementPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["TouchedSettlement"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A transaction. Block members are null until it is on the canonical chain; log_index and from are there for movements of legs only. */
        Transaction: {
            /** @description Hash of the transaction, 32 bytes in hex. */
            hash: string;
            /**
             * Format: int32
             * @description Index of the log in its block, from 0.
             */
            log_index?: null | number;
            /**
             * Format: int64
             * @description Number of its block; null until it is mined.
             */
            block_number: null | number;
            /** @description Hash of its block; null until it is mined. */
            block_hash: null | string;
            /**
             * Format: int64
             * @description Blocks from its own to the head, both counted; null until it is mined.
             */
            confirmations: null | number;
            /**
             * Format: date-time
             * @description Time of its block, UTC; null until it is mined.
             */
            at: null | string;
            /** @description Wallet that moved the tokens, EIP-55. */
            from?: null | string;
        };
        /** @description One move. */
        TransitionCount: {
            /** @description State before; null for new settlements. */
            from_state: null | string;
            /** @description State after. */
            to_state: string;
            /**
             * Format: int64
             * @description How often.
             */
            count: number;
        };
        /** @description How often settlements went from one state to another. */
        Transitions: {
            /** @description The time looked back at. */
            period: string;
            /** @description The moves, most frequent first. */
            transitions: components["schemas"]["TransitionCount"][];
        };
        /** @description Changes an environment. Members that are absent keep their values. */
        UpdateEnvironmentRequest: {
            /** @description Name for people. */
            name?: null | string;
            /** @description False keeps its credentials out and its data; true lets them in again. */
            is_active?: null | boolean;
            /** @description Version of the API that answers have when a request names none. */
            api_version?: null | string;
            /**
             * Format: int64
             * @description Time of a settlement whose request names none, 60 to 604800.
             */
            default_timeout_seconds?: null | number;
            /**
             * Format: int64
             * @description Requests a minute. You may lower it; the operator raises it.
             */
            rate_limit_rpm?: null | number;
            /**
             * Format: int64
             * @description Most settlements open at once. You may lower it; the operator raises it.
             */
            max_open_settlements?: null | number;
            /**
             * Format: int64
             * @description Most settlements made in an hour. You may lower it; the operator raises it.
             */
            max_registrations_per_hour?: null | number;
            /** @description What needs a second person gets one. In production the operator alone turns it off. */
            four_eyes?: null | boolean;
            /** @description Parties use wallets that are registered under /v1/wallets only. In production the operator alone turns it off. */
            wallets_required?: null | boolean;
            /** @description Counterparties read the names of your parties before they confirm. */
            disclose_name_before_confirmation?: null | boolean;
            /**
             * Format: int64
             * @description Seconds, 0 to 86400: a settlement that the lists stop ends after a random time up to this, so that the time does not tell the other side why.
             */
            compliance_min_hold?: null | number;
            /** @description Origins of browsers that may call, such as https://app.example.com; empty: none. */
            cors_origins?: null | string[];
        };
        /** @description Gives a member other roles. */
        UpdateMemberRequest: {
            /** @description Roles that take the place of those before. */
            roles: string[];
        };
        /** @description Changes a platform. Members that are absent keep their values. */
        UpdatePlatformRequest: {
            /** @description Name for people. */
            name?: null | string;
            /** @description https URL of a picture; null removes it. */
            logo_url?: null | string;
            /** @description E-mail address; null removes it. */
            support_email?: null | string;
            /** @description https URL; null removes it. */
            support_url?: null | string;
        };
        /** @description Makes the next version of a template. Members that are absent stay as they are. */
        UpdateTemplateRequest: {
            /** @description Name for people. */
            name?: null | string;
            /** @description What it is for. */
            description?: null | string;
            /** @description States, transitions, actions and requirements, whole. */
            config?: null | components["schemas"]["JsonElement"];
            /** @description False: no new settlement takes it. Those that have it keep it. */
            is_active?: null | boolean;
        };
        /** @description Changes a receiver of webhooks. Members that are absent keep their values. */
        UpdateWebhookRequest: {
            /** @description https URL without user name and fragment. */
            url?: null | string;
            /** @description For people; null removes it. */
            description?: null | string;
            /** @description Event names and patterns. */
            events?: null | string[];
            /** @description The same as events. */
            event_types?: null | string[];
            /** @description False stops deliveries; true starts them again and forgets why they were stopped. */
            is_active?: null | boolean;
            /** @description True: the next event of a settlement is sent only after the one before was delivered or given up. Events of other settlements do not wait. */
            strict_order?: null | boolean;
            /** @description True: the receiver is shown the sender's certificate (mutual TLS); needs https, and a certificate that the operator has set. */
            mutual_tls?: null | boolean;
        };
        /** @description A template that can be uploaded. */
        ValidTemplate: {
            /** @description Always true: every fault is answered with 422. */
            valid: boolean;
        };
        /** @description One thing that is waited for. */
        Wait: {
            /** @description Slug of a platform, operator or chain. */
            who: string;
            /** @description Role of the party; null where none is concerned. */
            role: null | string;
            /** @description confirm, decide, screen, act, release, cancel, register, deposit, execute, refund, resume, wait or finalize. */
            action: string;
            /**
             * Format: date-time
             * @description Last moment, or for wait and finalize the expected one; null where none is known.
             */
            by: null | string;
            /** @description Reason code of ISO 20022, or COMP and ESCR of our own; null for none. */
            iso_reason: null | string;
            /** @description A sentence for people. */
            detail: string;
            /**
             * Format: uuid
             * @description The leg that is concerned; null for none.
             */
            leg_id: null | string;
            /** @description What usually keeps a deposit from coming, checked now; for the reader's own legs only. */
            checks: components["schemas"]["Check"][];
        };
        /** @description A wallet that parties of an environment may use. */
        Wallet: {
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Address, EIP-55. */
            wallet_address: string;
            /** @description For people. */
            label: null | string;
            /** @description `pending` while it waits, else `usable`. */
            status: string;
            /**
             * Format: date-time
             * @description From when it may be used without an approval, UTC.
             */
            usable_from: string;
            /** @description Credential that registered it. */
            registered_by: string;
            /** @description Credential that approved it; null when none did. */
            approved_by: null | string;
            /**
             * Format: date-time
             * @description UTC; null when nobody approved it.
             */
            approved_at: null | string;
            /**
             * Format: date-time
             * @description UTC.
             */
            created_at: string;
        };
        /** @description A page of a list. */
        WalletPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Wallet"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
        /** @description A receiver of webhooks. */
        Webhook: {
            /**
             * Format: uuid
             * @description UUID, as paths name it.
             */
            id: string;
            /** @description Where events are posted to. */
            url: string;
            /** @description Your own note; null for none. */
            description: null | string;
            /** @description Event names and patterns. */
            events: string[];
            /** @description The same as events. */
            event_types: string[];
            /** @description Events are sent to it. */
            is_active: boolean;
            /** @description Why deliveries were stopped; null unless they were. */
            disabled_reason: null | string;
            /** @description Key of the signatures; only in the answer that creates the endpoint. */
            secret?: null | string;
            /** @description Key of the signatures from now on; only in the answer that rotates it. */
            new_secret?: null | string;
            /** @description x-keystone-signature, and standard-webhooks-v1 where the secret allows it. */
            signature_schemes: string[];
            /** @description The next event of a settlement waits until the one before was delivered or given up. */
            strict_order: boolean;
            /** @description The receiver is shown the sender's certificate. */
            mutual_tls: boolean;
            /**
             * Format: date-time
             * @description When it was made, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it changed last, UTC.
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description Until when the old secret signs too; only in the answer that rotates it.
             */
            previous_secret_valid_until?: null | string;
        };
        /** @description A page of a list. */
        WebhookPage: {
            /** @description What this page holds, in the order of the list. */
            items: components["schemas"]["Webhook"][];
            /**
             * Format: int64
             * @description How many match; exact up to 10,000.
             */
            total: number;
            /**
             * Format: int32
             * @description Most items of a page, as asked for or by default.
             */
            limit: number;
            /**
             * Format: int32
             * @description How many items of the list come before this page; 0 when it was asked for by a cursor.
             */
            offset: number;
            /** @description Send it as cursor to read the next page; null at the end, or for a list without cursors. */
            next_cursor: null | string;
            /** @description True when more than total match; otherwise absent. */
            total_capped?: null | boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AcknowledgeAlarmRequest = components['schemas']['AcknowledgeAlarmRequest'];
export type ActionResultRequest = components['schemas']['ActionResultRequest'];
export type Activity = components['schemas']['Activity'];
export type ActivityPage = components['schemas']['ActivityPage'];
export type AdvanceClockRequest = components['schemas']['AdvanceClockRequest'];
export type Alarm = components['schemas']['Alarm'];
export type AlarmPage = components['schemas']['AlarmPage'];
export type CancelInstructionRequest = components['schemas']['CancelInstructionRequest'];
export type Cancellation = components['schemas']['Cancellation'];
export type CancelRequest = components['schemas']['CancelRequest'];
export type CancelSettlementRequest = components['schemas']['CancelSettlementRequest'];
export type ChangedEntry = components['schemas']['ChangedEntry'];
export type ChangedEntryPage = components['schemas']['ChangedEntryPage'];
export type Check = components['schemas']['Check'];
export type Clock = components['schemas']['Clock'];
export type Compliance = components['schemas']['Compliance'];
export type ComplianceDecisionRequest = components['schemas']['ComplianceDecisionRequest'];
export type Confirmation = components['schemas']['Confirmation'];
export type ConfirmSettlementRequest = components['schemas']['ConfirmSettlementRequest'];
export type Costs = components['schemas']['Costs'];
export type CounterpartyRequest = components['schemas']['CounterpartyRequest'];
export type CreateCredentialRequest = components['schemas']['CreateCredentialRequest'];
export type CreatedEnvironment = components['schemas']['CreatedEnvironment'];
export type CreateDepositLinkRequest = components['schemas']['CreateDepositLinkRequest'];
export type CreatedPlatform = components['schemas']['CreatedPlatform'];
export type CreateEnvironmentRequest = components['schemas']['CreateEnvironmentRequest'];
export type CreateIpRuleRequest = components['schemas']['CreateIpRuleRequest'];
export type CreatePlatformRequest = components['schemas']['CreatePlatformRequest'];
export type CreateSettlementRequest = components['schemas']['CreateSettlementRequest'];
export type CreateTemplateRequest = components['schemas']['CreateTemplateRequest'];
export type CreateWebhookRequest = components['schemas']['CreateWebhookRequest'];
export type Credential = components['schemas']['Credential'];
export type CredentialPage = components['schemas']['CredentialPage'];
export type CredentialSecret = components['schemas']['CredentialSecret'];
export type Delivery = components['schemas']['Delivery'];
export type DeliveryAttempt = components['schemas']['DeliveryAttempt'];
export type DeliveryPage = components['schemas']['DeliveryPage'];
export type DeliveryRequest = components['schemas']['DeliveryRequest'];
export type DepositInstructions = components['schemas']['DepositInstructions'];
export type DepositLink = components['schemas']['DepositLink'];
export type DepositLinkPage = components['schemas']['DepositLinkPage'];
export type DepositOperation = components['schemas']['DepositOperation'];
export type ErasedFields = components['schemas']['ErasedFields'];
export type EraseFieldsRequest = components['schemas']['EraseFieldsRequest'];
export type ErrorPage = components['schemas']['ErrorPage'];
export type Escrow = components['schemas']['Escrow'];
export type Event = components['schemas']['Event'];
export type EventPage = components['schemas']['EventPage'];
export type EventTransaction = components['schemas']['EventTransaction'];
export type ExpectedCosts = components['schemas']['ExpectedCosts'];
export type Explain = components['schemas']['Explain'];
export type FailAge = components['schemas']['FailAge'];
export type FailReason = components['schemas']['FailReason'];
export type FailsReport = components['schemas']['FailsReport'];
export type Failure = components['schemas']['Failure'];
export type Feed = components['schemas']['Feed'];
export type FeedItem = components['schemas']['FeedItem'];
export type Finality = components['schemas']['Finality'];
export type Hold = components['schemas']['Hold'];
export type HoldRequest = components['schemas']['HoldRequest'];
export type Instance = components['schemas']['Instance'];
export type Instruction = components['schemas']['Instruction'];
export type InstructionLeg = components['schemas']['InstructionLeg'];
export type InstructionLegRequest = components['schemas']['InstructionLegRequest'];
export type InstructionMismatch = components['schemas']['InstructionMismatch'];
export type InstructionPage = components['schemas']['InstructionPage'];
export type InstructionParty = components['schemas']['InstructionParty'];
export type InstructionPartyRequest = components['schemas']['InstructionPartyRequest'];
export type Instrument = components['schemas']['Instrument'];
export type InstrumentPage = components['schemas']['InstrumentPage'];
export type Intent = components['schemas']['Intent'];
export type IntentPage = components['schemas']['IntentPage'];
export type Intervention = components['schemas']['Intervention'];
export type InvitedMember = components['schemas']['InvitedMember'];
export type InviteMemberRequest = components['schemas']['InviteMemberRequest'];
export type IpRule = components['schemas']['IpRule'];
export type IpRulePage = components['schemas']['IpRulePage'];
export type Iso = components['schemas']['Iso'];
export type IssuedToken = components['schemas']['IssuedToken'];
export type IssuerMetadata = components['schemas']['IssuerMetadata'];
export type JsonElement = components['schemas']['JsonElement'];
export type Key = components['schemas']['Key'];
export type KeySet = components['schemas']['KeySet'];
export type Leg = components['schemas']['Leg'];
export type LegInstructions = components['schemas']['LegInstructions'];
export type LegRequest = components['schemas']['LegRequest'];
export type Links = components['schemas']['Links'];
export type ListChange = components['schemas']['ListChange'];
export type ListChangePage = components['schemas']['ListChangePage'];
export type Member = components['schemas']['Member'];
export type MemberPage = components['schemas']['MemberPage'];
export type Minted = components['schemas']['Minted'];
export type MintRequest = components['schemas']['MintRequest'];
export type MismatchedField = components['schemas']['MismatchedField'];
export type Nodes = components['schemas']['Nodes'];
export type OperationArgument = components['schemas']['OperationArgument'];
export type OperatorSettlement = components['schemas']['OperatorSettlement'];
export type OutstandingLeg = components['schemas']['OutstandingLeg'];
export type OwnPlatform = components['schemas']['OwnPlatform'];
export type Party = components['schemas']['Party'];
export type PartyRequest = components['schemas']['PartyRequest'];
export type Pause = components['schemas']['Pause'];
export type PausePage = components['schemas']['PausePage'];
export type PauseRequest = components['schemas']['PauseRequest'];
export type Pipeline = components['schemas']['Pipeline'];
export type PipelineRow = components['schemas']['PipelineRow'];
export type Platform = components['schemas']['Platform'];
export type PlatformEnvironment = components['schemas']['PlatformEnvironment'];
export type PlatformEnvironmentPage = components['schemas']['PlatformEnvironmentPage'];
export type PlatformPage = components['schemas']['PlatformPage'];
export type PreflightCheck = components['schemas']['PreflightCheck'];
export type Preview = components['schemas']['Preview'];
export type PreviewWarning = components['schemas']['PreviewWarning'];
export type Problem = components['schemas']['Problem'];
export type ProblemFault = components['schemas']['ProblemFault'];
export type ProvidersHealth = components['schemas']['ProvidersHealth'];
export type QueuedEvent = components['schemas']['QueuedEvent'];
export type QueuedReplay = components['schemas']['QueuedReplay'];
export type RegisterInstrumentRequest = components['schemas']['RegisterInstrumentRequest'];
export type RegisterWalletRequest = components['schemas']['RegisterWalletRequest'];
export type RejectSettlementRequest = components['schemas']['RejectSettlementRequest'];
export type ReplayRequest = components['schemas']['ReplayRequest'];
export type Repo = components['schemas']['Repo'];
export type Report = components['schemas']['Report'];
export type ResumeRequest = components['schemas']['ResumeRequest'];
export type RetrySettlementRequest = components['schemas']['RetrySettlementRequest'];
export type Rollback = components['schemas']['Rollback'];
export type RollbackSettlementRequest = components['schemas']['RollbackSettlementRequest'];
export type RotateCredentialRequest = components['schemas']['RotateCredentialRequest'];
export type RotateSecretRequest = components['schemas']['RotateSecretRequest'];
export type Sender = components['schemas']['Sender'];
export type Senders = components['schemas']['Senders'];
export type Settlement = components['schemas']['Settlement'];
export type SettlementPage = components['schemas']['SettlementPage'];
export type Signature = components['schemas']['Signature'];
export type SignatureTemplate = components['schemas']['SignatureTemplate'];
export type SignedPath = components['schemas']['SignedPath'];
export type SigningDocument = components['schemas']['SigningDocument'];
export type Statement = components['schemas']['Statement'];
export type StatementAccount = components['schemas']['StatementAccount'];
export type StatementBlock = components['schemas']['StatementBlock'];
export type StatementMovement = components['schemas']['StatementMovement'];
export type StoppedParty = components['schemas']['StoppedParty'];
export type Stray = components['schemas']['Stray'];
export type StrayPage = components['schemas']['StrayPage'];
export type StuckSettlement = components['schemas']['StuckSettlement'];
export type StuckSettlementPage = components['schemas']['StuckSettlementPage'];
export type SubmitInstructionRequest = components['schemas']['SubmitInstructionRequest'];
export type SubmitSignatureRequest = components['schemas']['SubmitSignatureRequest'];
export type Template = components['schemas']['Template'];
export type TemplatePage = components['schemas']['TemplatePage'];
export type Token = components['schemas']['Token'];
export type TokenError = components['schemas']['TokenError'];
export type TokenRequest = components['schemas']['TokenRequest'];
export type TouchedSettlement = components['schemas']['TouchedSettlement'];
export type TouchedSettlementPage = components['schemas']['TouchedSettlementPage'];
export type Transaction = components['schemas']['Transaction'];
export type TransitionCount = components['schemas']['TransitionCount'];
export type Transitions = components['schemas']['Transitions'];
export type UpdateEnvironmentRequest = components['schemas']['UpdateEnvironmentRequest'];
export type UpdateMemberRequest = components['schemas']['UpdateMemberRequest'];
export type UpdatePlatformRequest = components['schemas']['UpdatePlatformRequest'];
export type UpdateTemplateRequest = components['schemas']['UpdateTemplateRequest'];
export type UpdateWebhookRequest = components['schemas']['UpdateWebhookRequest'];
export type ValidTemplate = components['schemas']['ValidTemplate'];
export type Wait = components['schemas']['Wait'];
export type Wallet = components['schemas']['Wallet'];
export type WalletPage = components['schemas']['WalletPage'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookPage = components['schemas']['WebhookPage'];
export type $defs = Record<string, never>;
export interface operations {
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "client_id": "YOUR_CLIENT_ID",
                 *       "client_secret": "YOUR_CLIENT_SECRET",
                 *       "audience": "https://api.keystoneos.xyz",
                 *       "grant_type": "client_credentials"
                 *     }
                 */
                "application/json": components["schemas"]["TokenRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenError"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenError"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenError"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenError"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getError: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example validation-failed */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorPage"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Most events of the answer. */
                limit?: number;
                /** @description Position of the last event that you have. Default: the oldest event that is kept comes first. */
                after?: number;
                /** @description Only events of these names and patterns, such as settlement.state.*; repeat it, or separate them by commas. */
                types?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feed"];
                    "text/event-stream": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description cursor_expired */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFails: {
        parameters: {
            query?: {
                /** @description Deadlines of that time and later. Default: 30 days before to. */
                from?: string;
                /** @description Deadlines before that time. Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailsReport"];
                    "text/csv": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatement: {
        parameters: {
            query?: {
                /** @description Day, UTC, as 2026-11-29. Default: yesterday. */
                date?: string;
                /** @description Only of this token: its address, or your symbol for it. */
                token?: string;
                /** @description Only of this wallet. */
                wallet?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statement"];
                    "text/csv": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPlatform: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Harbour Custody",
                 *       "slug": "harbour-custody",
                 *       "environment": "sandbox",
                 *       "kind": "sandbox"
                 *     }
                 */
                "application/json": components["schemas"]["CreatePlatformRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedPlatform"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description platform_name_taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStrays: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StrayPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenidConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuerMetadata"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthorizationServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuerMetadata"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSettlements: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description State, of a built-in template, one of yours, or one by which a settlement of yours goes; may be given several times. */
                state?: string[];
                /** @description Type. */
                settlement_type?: "single_platform" | "cross_platform";
                /** @description Your own reference of the settlement. */
                external_reference?: string;
                /** @description Your own key of the settlement. */
                idempotency_key?: string;
                /** @description Template by id or slug. */
                template_id?: string;
                /** @description Created at this time or later. */
                created_from?: string;
                /** @description Created before this time. */
                created_to?: string;
                /** @description Times out before this time. */
                timeout_before?: string;
                /** @description Wallet of a party of yours. */
                wallet_address?: string;
                /** @description Only those in which something waits for you, or that roll back. */
                attention?: boolean;
                /** @description next_cursor of an earlier page; not together with offset. */
                cursor?: string;
                /** @description Table of a CSV; only with Accept: text/csv. Default: settlements. */
                table?: "settlements" | "legs" | "transactions" | "costs";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettlementPage"];
                    "text/csv": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idempotency_key": "dvp-2026-001",
                 *       "template_id": "dvp-cross-platform",
                 *       "timeout_at": "2026-12-17T12:00:00Z",
                 *       "parties": [
                 *         {
                 *           "role": "seller",
                 *           "external_reference": "seller-001",
                 *           "name": "Acme Securities",
                 *           "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *           "chain_id": 11155111
                 *         }
                 *       ],
                 *       "counterparty_parties": [
                 *         {
                 *           "platform_slug": "platform-b",
                 *           "role": "buyer",
                 *           "wallet_address_hint": "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
                 *           "counterparty_reference": "Acme Fund LLC"
                 *         }
                 *       ],
                 *       "legs": [
                 *         {
                 *           "leg_type": "asset",
                 *           "instrument_id": "0x5fbdb2315678afecb367f032d93f642f64180aa3",
                 *           "quantity": "500",
                 *           "direction": "deliver",
                 *           "party_role": "seller"
                 *         },
                 *         {
                 *           "leg_type": "payment",
                 *           "instrument_id": "USDC",
                 *           "quantity": "125000",
                 *           "direction": "deliver",
                 *           "party_role": "buyer"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed, idempotency_key_reused, template_lacks_confirmation, missing_required_role, missing_required_leg_type, counterparty_is_self, counterparty_platform_unknown, cross_chain_not_supported, leg_mirrored, self_delivery */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSettlementEvents: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "external_reference": "buyer-acct-042",
                 *       "name": "Beta Capital",
                 *       "wallet_address": "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
                 *       "chain_id": 11155111
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no_pending_party, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_not_cross_platform, settlement_ended, confirmation_differs, already_rejected */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed, self_delivery, cross_chain_not_supported */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rejectSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Entity not eligible"
                 *     }
                 */
                "application/json": components["schemas"]["RejectSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no_pending_party, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_not_cross_platform, settlement_ended, already_confirmed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idempotency_key": "dvp-2026-001",
                 *       "template_id": "dvp-cross-platform",
                 *       "timeout_at": "2026-12-17T12:00:00Z",
                 *       "parties": [
                 *         {
                 *           "role": "seller",
                 *           "external_reference": "seller-001",
                 *           "name": "Acme Securities",
                 *           "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *           "chain_id": 11155111
                 *         }
                 *       ],
                 *       "counterparty_parties": [
                 *         {
                 *           "platform_slug": "platform-b",
                 *           "role": "buyer",
                 *           "wallet_address_hint": "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
                 *           "counterparty_reference": "Acme Fund LLC"
                 *         }
                 *       ],
                 *       "legs": [
                 *         {
                 *           "leg_type": "asset",
                 *           "instrument_id": "0x5fbdb2315678afecb367f032d93f642f64180aa3",
                 *           "quantity": "500",
                 *           "direction": "deliver",
                 *           "party_role": "seller"
                 *         },
                 *         {
                 *           "leg_type": "payment",
                 *           "instrument_id": "USDC",
                 *           "quantity": "125000",
                 *           "direction": "deliver",
                 *           "party_role": "buyer"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explain"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Trade was cancelled by phone"
                 *     }
                 */
                "application/json": components["schemas"]["CancelSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_initiator, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended, already_executed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holdSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Client asked to wait for its funding"
                 *     }
                 */
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended, terms_published */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Client is funded"
                 *     }
                 */
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended, terms_published */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportAction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
                /** @example LOCKING_ASSETS */
                state: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "result": "completed",
                 *       "reference": "vault-tx-7781"
                 *     }
                 */
                "application/json": components["schemas"]["ActionResultRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_initiator, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended, action_not_required, action_resolved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideCompliance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "decision": "approve",
                 *       "reason": "Another person of the same name; passport compared"
                 *     }
                 */
                "application/json": components["schemas"]["ComplianceDecisionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description second_person_needed, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description nothing_to_decide, already_decided */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDepositInstructions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepositInstructions"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description escrow_not_registered, settlement_ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitSignature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "seller",
                 *       "kind": "settle",
                 *       "signature": "0xa57c0b9f6d5c1e3bb7f2d5f3a1c0e9d8b7a6958473625140f1e2d3c4b5a697881122334455667788990011223344556677889900112233445566778899001122b31b",
                 *       "deadline": "2026-12-17T12:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["SubmitSignatureRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signature"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description escrow_not_registered, settlement_ended, consent_withdrawn */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed, signature_invalid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDepositLinks: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepositLinkPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createDepositLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "seller"
                 *     }
                 */
                "application/json": components["schemas"]["CreateDepositLinkRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepositLink"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description escrow_not_registered, settlement_ended, deposit_link_limit_reached, deposit_page_off */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeDepositLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplatePage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "two-checks",
                 *       "name": "DvP that is screened twice",
                 *       "description": "Parties are screened again right before the terms are published.",
                 *       "config": {
                 *         "states": [
                 *           "INSTRUCTED",
                 *           "COMPLIANCE_CHECKING",
                 *           "COMPLIANCE_CLEARED",
                 *           "REGISTERING_ESCROW",
                 *           "AWAITING_DEPOSITS",
                 *           "EXECUTING_SWAP",
                 *           "SETTLED",
                 *           "FINALIZED",
                 *           "ROLLED_BACK"
                 *         ],
                 *         "initial_state": "INSTRUCTED",
                 *         "terminal_states": [
                 *           "FINALIZED"
                 *         ],
                 *         "failure_states": [
                 *           "ROLLED_BACK"
                 *         ],
                 *         "transitions": {
                 *           "INSTRUCTED": [
                 *             "COMPLIANCE_CHECKING",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "COMPLIANCE_CHECKING": [
                 *             "COMPLIANCE_CLEARED",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "COMPLIANCE_CLEARED": {
                 *             "allowed_next": [
                 *               "REGISTERING_ESCROW",
                 *               "ROLLED_BACK"
                 *             ]
                 *           },
                 *           "REGISTERING_ESCROW": [
                 *             "AWAITING_DEPOSITS",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "AWAITING_DEPOSITS": [
                 *             "EXECUTING_SWAP",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "EXECUTING_SWAP": [
                 *             "SETTLED",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "SETTLED": [
                 *             "FINALIZED"
                 *           ]
                 *         },
                 *         "actions": {
                 *           "COMPLIANCE_CHECKING": {
                 *             "type": "compliance_check"
                 *           },
                 *           "COMPLIANCE_CLEARED": {
                 *             "type": "noop"
                 *           },
                 *           "REGISTERING_ESCROW": {
                 *             "type": "register_escrow"
                 *           },
                 *           "AWAITING_DEPOSITS": {
                 *             "type": "monitor_deposits"
                 *           },
                 *           "EXECUTING_SWAP": {
                 *             "type": "execute_escrow"
                 *           },
                 *           "SETTLED": {
                 *             "type": "finalize"
                 *           }
                 *         },
                 *         "required_roles": [
                 *           "buyer",
                 *           "seller"
                 *         ],
                 *         "required_leg_types": [
                 *           "asset",
                 *           "payment"
                 *         ],
                 *         "compliance": {
                 *           "recheck_at_states": [
                 *             "COMPLIANCE_CLEARED"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CreateTemplateRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description template_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example dvp-cross-platform */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example two-checks */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "For bonds alone."
                 *     }
                 */
                "application/json": components["schemas"]["UpdateTemplateRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemplateSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validateTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "two-checks",
                 *       "name": "DvP that is screened twice",
                 *       "description": "Parties are screened again right before the terms are published.",
                 *       "config": {
                 *         "states": [
                 *           "INSTRUCTED",
                 *           "COMPLIANCE_CHECKING",
                 *           "COMPLIANCE_CLEARED",
                 *           "REGISTERING_ESCROW",
                 *           "AWAITING_DEPOSITS",
                 *           "EXECUTING_SWAP",
                 *           "SETTLED",
                 *           "FINALIZED",
                 *           "ROLLED_BACK"
                 *         ],
                 *         "initial_state": "INSTRUCTED",
                 *         "terminal_states": [
                 *           "FINALIZED"
                 *         ],
                 *         "failure_states": [
                 *           "ROLLED_BACK"
                 *         ],
                 *         "transitions": {
                 *           "INSTRUCTED": [
                 *             "COMPLIANCE_CHECKING",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "COMPLIANCE_CHECKING": [
                 *             "COMPLIANCE_CLEARED",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "COMPLIANCE_CLEARED": {
                 *             "allowed_next": [
                 *               "REGISTERING_ESCROW",
                 *               "ROLLED_BACK"
                 *             ]
                 *           },
                 *           "REGISTERING_ESCROW": [
                 *             "AWAITING_DEPOSITS",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "AWAITING_DEPOSITS": [
                 *             "EXECUTING_SWAP",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "EXECUTING_SWAP": [
                 *             "SETTLED",
                 *             "ROLLED_BACK"
                 *           ],
                 *           "SETTLED": [
                 *             "FINALIZED"
                 *           ]
                 *         },
                 *         "actions": {
                 *           "COMPLIANCE_CHECKING": {
                 *             "type": "compliance_check"
                 *           },
                 *           "COMPLIANCE_CLEARED": {
                 *             "type": "noop"
                 *           },
                 *           "REGISTERING_ESCROW": {
                 *             "type": "register_escrow"
                 *           },
                 *           "AWAITING_DEPOSITS": {
                 *             "type": "monitor_deposits"
                 *           },
                 *           "EXECUTING_SWAP": {
                 *             "type": "execute_escrow"
                 *           },
                 *           "SETTLED": {
                 *             "type": "finalize"
                 *           }
                 *         },
                 *         "required_roles": [
                 *           "buyer",
                 *           "seller"
                 *         ],
                 *         "required_leg_types": [
                 *           "asset",
                 *           "payment"
                 *         ],
                 *         "compliance": {
                 *           "recheck_at_states": [
                 *             "COMPLIANCE_CLEARED"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CreateTemplateRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidTemplate"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInstruments: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstrumentPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerInstrument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chain_id": 11155111,
                 *       "address": "0x5fbdb2315678afecb367f032d93f642f64180aa3",
                 *       "symbol": "KBOND",
                 *       "standard": "ERC-20",
                 *       "isin": "US0378331005"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterInstrumentRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instrument"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instrument"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description symbol_taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed, symbol_confusable, cross_chain_not_supported */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeInstrument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/keystone",
                 *       "description": "Back office",
                 *       "events": [
                 *         "settlement.*"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description webhook_limit_reached, webhook_url_taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         "settlement.state.*"
                 *       ],
                 *       "is_active": false
                 *     }
                 */
                "application/json": components["schemas"]["UpdateWebhookRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description webhook_url_taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedEvent"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                 *     }
                 */
                "application/json": components["schemas"]["RotateSecretRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Only deliveries of this status. */
                status?: "waiting" | "delivered" | "failed";
                /** @description Only deliveries of events of this name. */
                event?: string;
                /** @description Only deliveries of this event: evt_ and 32 hexadecimal digits. */
                event_id?: string;
                /** @description Only deliveries of events of this settlement; UUID. */
                settlement_id?: string;
                /** @description Only deliveries made at that time or later. */
                from?: string;
                /** @description Only deliveries made before that time. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
                /** @description UUID. */
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
                /** @description UUID. */
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedReplay"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description webhook_inactive */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "2026-11-01T00:00:00Z",
                 *       "to": "2026-11-02T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuedReplay"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description webhook_inactive */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInstructions: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Only instructions of this status. */
                status?: "pending_match" | "matched" | "cancelled" | "expired";
                /** @description Only instructions of this reference. */
                trade_reference?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstructionPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitInstruction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idempotency_key": "bilateral-2026-001",
                 *       "template_slug": "dvp-bilateral",
                 *       "trade_reference": "TRADE-2026-001",
                 *       "role": "seller",
                 *       "party": {
                 *         "external_reference": "seller-001",
                 *         "name": "Acme Securities",
                 *         "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *         "chain_id": 11155111
                 *       },
                 *       "legs": [
                 *         {
                 *           "leg_type": "asset_delivery",
                 *           "instrument_id": "0x5fbdb2315678afecb367f032d93f642f64180aa3",
                 *           "quantity": "500",
                 *           "direction": "deliver"
                 *         },
                 *         {
                 *           "leg_type": "payment",
                 *           "instrument_id": "USDC",
                 *           "quantity": "125000",
                 *           "direction": "receive"
                 *         }
                 *       ],
                 *       "cash_tolerance": "2",
                 *       "timeout_at": "2026-12-17T12:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["SubmitInstructionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instruction"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instruction"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description idempotency_in_progress */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed, idempotency_key_reused, missing_required_leg_type, cross_chain_not_supported */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description quota_reached, rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description node_unavailable, issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInstruction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instruction"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelInstruction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Entered twice"
                 *     }
                 */
                "application/json": components["schemas"]["CancelInstructionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instruction"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description instruction_not_pending */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatusMessage: {
        parameters: {
            query?: {
                /** @description Which of your parties the message is for; needed when you have several. */
                role?: string;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description message_not_due */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConfirmationMessage: {
        parameters: {
            query?: {
                /** @description Which of your parties the message is for; needed when you have several. */
                role?: string;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description message_not_due */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlatform: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPlatform"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updatePlatform: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "support_email": "settlement@example.com",
                 *       "support_url": "https://example.com/support",
                 *       "logo_url": null
                 *     }
                 */
                "application/json": components["schemas"]["UpdatePlatformRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPlatform"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEnvironments: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformEnvironmentPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "sandbox-2",
                 *       "name": "Second sandbox",
                 *       "kind": "sandbox"
                 *     }
                 */
                "application/json": components["schemas"]["CreateEnvironmentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedEnvironment"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description environment_slug_taken, environment_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformEnvironment"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "default_timeout_seconds": 172800,
                 *       "four_eyes": true,
                 *       "cors_origins": [
                 *         "https://app.example.com"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UpdateEnvironmentRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformEnvironment"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description production_only, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deactivateEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformEnvironment"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description production_only, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CredentialPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Back office",
                 *       "scopes": [
                 *         "settlements:read"
                 *       ],
                 *       "expires_at": "2027-12-31T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["CreateCredentialRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description credential_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example YOUR_CLIENT_ID */
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example YOUR_CLIENT_ID */
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateCredentialSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example YOUR_CLIENT_ID */
                client_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlap_seconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["RotateCredentialRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description credential_of_another, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description credential_external */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIpRules: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IpRulePage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createIpRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "cidr": "127.0.0.0/8",
                 *       "description": "This machine"
                 *     }
                 */
                "application/json": components["schemas"]["CreateIpRuleRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IpRule"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ip_rule_exists, ip_rule_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteIpRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description would_lock_out */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteMember: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "name": "Ann Example",
                 *       "roles": [
                 *         "read_only"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["InviteMemberRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedMember"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description member_exists, member_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description member_is_self, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description last_manager */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "roles": [
                 *         "read_only",
                 *         "instruct"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UpdateMemberRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description member_is_self, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description last_manager */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWallets: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerWallet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "wallet_address": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *       "label": "Treasury"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterWalletRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description wallet_exists, wallet_limit_reached */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWallet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeWallet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approveWallet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description second_person_needed, insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActivity: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Your environment's id; entries of others are not yours to read. */
                environment_id?: string;
                /** @description Type, such as settlement.created. */
                type?: string;
                /** @description Category, such as settlement or compliance. */
                category?: string;
                /** @description At this time or later. */
                date_from?: string;
                /** @description At this time or earlier. */
                date_to?: string;
                /** @description A part of description, type, actor or resource, in any case. */
                search?: string;
                /** @description Type of the resource, such as settlement. */
                resource_type?: string;
                /** @description Id of the resource. */
                resource_id?: string;
                /** @description next_cursor of an earlier page; not together with offset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityPage"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getActivity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            /** @description version_unknown */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStuckSettlements: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Least time without a change; settlements with failures are listed regardless of it. */
                minutes?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StuckSettlementPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipeline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTransitions: {
        parameters: {
            query?: {
                /** @description Time to look back at. Default: 24h. */
                period?: "1h" | "24h" | "7d" | "30d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transitions"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIntents: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Only intents in this state; repeatable. Default: wanted, resting and failed. */
                status?: ("wanted" | "resting" | "done" | "obsolete" | "failed")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntentPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSenders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Senders"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnySettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorSettlement"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAnySettlementEvents: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrySettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "The node is back"
                 *     }
                 */
                "application/json": components["schemas"]["RetrySettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Intervention"];
                };
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollbackSettlement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Both sides asked for it"
                 *     }
                 */
                "application/json": components["schemas"]["RollbackSettlementRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Intervention"];
                };
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_ended, already_executed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    triggerMaturity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Intervention"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_a_repo_opening */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseSettlementFields: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "seller",
                 *       "fields": [
                 *         "name",
                 *         "external_reference"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["EraseFieldsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedFields"];
                };
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description settlement_open */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPauses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausePage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scope": "token",
                 *       "chain_id": 11155111,
                 *       "token": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *       "reason": "The issuer has been hacked"
                 *     }
                 */
                "application/json": components["schemas"]["PauseRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Path of what was made. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pause"];
                };
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description already_paused */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pause_id": "00000000-0000-0000-0000-000000000000"
                 *     }
                 */
                "application/json": components["schemas"]["ResumeRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProvidersHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProvidersHealth"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nodes"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlarms: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Only those that are not over. */
                active?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlarmPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "note": "The provider has been called"
                 *     }
                 */
                "application/json": components["schemas"]["AcknowledgeAlarmRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarm"];
                };
            };
            /** @description malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllActivity: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
                /** @description Environment by its id. */
                environment_id?: string;
                /** @description Platform by its id. */
                platform_id?: string;
                /** @description Type, such as settlement.created. */
                type?: string;
                /** @description Category, such as settlement or compliance. */
                category?: string;
                /** @description At this time or later. */
                date_from?: string;
                /** @description At this time or earlier. */
                date_to?: string;
                /** @description A part of description, type, actor or resource, in any case. */
                search?: string;
                /** @description Type of the resource, such as settlement. */
                resource_type?: string;
                /** @description Id of the resource. */
                resource_id?: string;
                /** @description next_cursor of an earlier page; not together with offset. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlatforms: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnyPlatform: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendPlatform: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activatePlatform: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listListChanges: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListChangePage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getListChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListChange"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listListChangeEntries: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedEntryPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listListChangeSettlements: {
        parameters: {
            query?: {
                /** @description Most items of the page. */
                limit?: number;
                /** @description Items to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TouchedSettlementPage"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mintTestToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "USDC",
                 *       "to": "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
                 *       "amount": "50000000000"
                 *     }
                 */
                "application/json": components["schemas"]["MintRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Minted"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advanceClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seconds": 259200
                 *     }
                 */
                "application/json": components["schemas"]["AdvanceClockRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            /** @description version_unknown, malformed_body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description invalid_token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description insufficient_scope, address_not_allowed */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type, unsupported_content_encoding */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description validation_failed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal_error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description issuer_unavailable, database_unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
