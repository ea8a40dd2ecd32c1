namespace Keystone.Api.Http;

/// <summary>The one table from an error's code to its status, and what the page <c>/errors/{code}</c> says of it.</summary>
internal static class ErrorTable
{
    /// <param name="Status">Status of an answer with this code.</param>
    /// <param name="Meaning">What the code means and what helps.</param>
    /// <param name="Retryable">The same request may succeed later.</param>
    internal sealed record Entry(int Status, string Meaning, bool Retryable = false);

    public static IReadOnlyDictionary<string, Entry> Entries { get; } = new Dictionary<string, Entry>(StringComparer.Ordinal)
    {
        ["malformed_body"] = new(400, "The body is not JSON in UTF-8, or names a member twice."),
        ["version_unknown"] = new(400, "There is no version of the API that Keystone-Version names; detail lists those that there are."),
        ["invalid_token"] = new(401, "There is no bearer token, or it is not valid, has expired, or belongs to a credential that was ended. Ask /oauth/token for a new one."),
        ["insufficient_scope"] = new(403, "The token lacks the scope that detail and WWW-Authenticate name."),
        ["no_pending_party"] = new(403, "Your platform has no party in this settlement that is waited for."),
        ["address_not_allowed"] = new(403, "The environment is closed to the address that the call comes from; its owner adds a network under /v1/platforms/me/ip-rules."),
        ["production_only"] = new(403, "A credential of a sandbox does not change production. Use one of a production environment."),
        ["credential_of_another"] = new(403, "The credential may do more than yours, or stands for another person; its owner or the operator rotates it."),
        ["presence_required"] = new(403, "A member who signed in confirms to be there: the last proof is older than 15 minutes. Calls with a token do not meet this."),
        ["last_manager"] = new(409, "The member is the platform's last one with the role platform_manager. Give the role to another member first."),
        ["member_is_self"] = new(403, "Nobody changes his own roles or removes himself; another member does."),
        ["second_person_needed"] = new(403, "You began this yourself, or instructed or confirmed the settlement; a second person has to agree. Persons differ when the members do who made the credentials."),
        ["not_initiator"] = new(403, "Until every party has confirmed, only the platform that instructed the settlement can cancel it; a counterparty rejects instead. Only the same platform reports results of its external actions."),
        ["not_found"] = new(404, "There is nothing here that you may see. What belongs to others is answered like what never was."),
        ["method_not_allowed"] = new(405, "The path takes other methods; the header Allow lists them."),
        ["settlement_not_cross_platform"] = new(409, "All parties were given at creation; there is nothing to confirm or reject."),
        ["settlement_ended"] = new(409, "The settlement has ended, or the time to answer is over."),
        ["terms_published"] = new(409, "The settlement's terms are published; it can be cancelled but not held any more."),
        ["nothing_to_decide"] = new(409, "No party of yours in this settlement waits for a decision."),
        ["already_decided"] = new(409, "The party was decided on before, otherwise. The first decision holds."),
        ["action_not_required"] = new(409, "The settlement does not wait for a result for this state: it is not there yet, has gone on, or its template has no external_action on it."),
        ["action_resolved"] = new(409, "Another result was reported for this state before. The first one holds."),
        ["escrow_not_registered"] = new(409, "The terms of the settlement are not fixed yet, so nothing can be deposited or signed. Try again after Retry-After, or wait for the state REGISTERING_ESCROW.", Retryable: true),
        ["consent_withdrawn"] = new(409, "The leg was deposited and withdrawn once. That ends every signature for it: only the depositor's own transaction puts it in again."),
        ["deposit_link_limit_reached"] = new(409, "Your platform has 50 links to the settlement that work. Revoke one first."),
        ["deposit_page_off"] = new(409, "This installation serves no page on which parties deposit: its operator sets Dashboard:Enabled. Deposit instructions work without it."),
        ["confirmation_differs"] = new(409, "The party was confirmed before, with other details. The first confirmation holds."),
        ["already_confirmed"] = new(409, "The party was confirmed before; it cannot be rejected any more."),
        ["already_rejected"] = new(409, "The party was rejected before; it cannot be confirmed any more."),
        ["idempotency_in_progress"] = new(409, "A request with the same idempotency key is still running. Send the same again after Retry-After.", Retryable: true),
        ["symbol_taken"] = new(409, "The symbol stands for another token already, or the token is registered with other details."),
        ["webhook_limit_reached"] = new(409, "An environment has at most 20 webhook endpoints. Remove one, or change the events of one that is there."),
        ["webhook_url_taken"] = new(409, "Another webhook endpoint of the environment has this URL. Change that one: two would receive each event twice."),
        ["already_executed"] = new(409, "The settlement was executed on the chain; it cannot be taken back any more."),
        ["settlement_open"] = new(409, "The settlement has not ended; what is asked for is for settlements that have."),
        ["already_paused"] = new(409, "The same is paused already."),
        ["platform_name_taken"] = new(409, "Another platform has the slug, or a slug or name that can be taken for it. Choose one that looks different."),
        ["environment_slug_taken"] = new(409, "The platform has an environment of this slug. Choose another one."),
        ["environment_limit_reached"] = new(409, "A platform has at most 20 environments."),
        ["credential_limit_reached"] = new(409, "An environment has at most 50 active credentials. Revoke one first."),
        ["credential_external"] = new(409, "The secret of the credential is kept by its external issuer; rotate it there."),
        ["ip_rule_exists"] = new(409, "The environment has a rule with this network."),
        ["ip_rule_limit_reached"] = new(409, "An environment has at most 100 rules. Remove one first."),
        ["would_lock_out"] = new(409, "The change would shut out whoever makes it. First add a rule that contains the address that you call from."),
        ["member_exists"] = new(409, "The person is a member already, or is invited."),
        ["member_limit_reached"] = new(409, "A platform has at most 500 members."),
        ["wallet_exists"] = new(409, "The wallet is registered already."),
        ["wallet_limit_reached"] = new(409, "An environment has at most 10,000 wallets. Remove one first."),
        ["instruction_not_pending"] = new(409, "The instruction was matched or has expired, so it cannot be taken back. A settlement that it became is cancelled as such."),
        ["not_a_repo_opening"] = new(409, "The settlement is no repo_open, or has failed, so there is nothing to close."),
        ["template_limit_reached"] = new(409, "An environment has at most 100 templates. Make the next version of one that is there."),
        ["message_not_due"] = new(409, "sese.024 says where a settlement stands until it is final, sese.025 that it was settled, once, when it is final."),
        ["webhook_inactive"] = new(409, "The webhook endpoint is switched off, and nothing is sent to it. Switch it on with is_active, then send again."),
        ["cursor_expired"] = new(410, "Events are kept for 90 days, and those behind this position are gone. Read the state of your settlements, then begin again with the position that detail names."),
        ["body_too_large"] = new(413, "A body has at most 262144 bytes."),
        ["unsupported_media_type"] = new(415, "Send JSON in UTF-8 with Content-Type: application/json."),
        ["unsupported_content_encoding"] = new(415, "Send the body as it is, without Content-Encoding; Accept-Encoding of the answer names what is taken."),
        ["validation_failed"] = new(422, "One or more members break a rule; errors lists each with its pointer, and nothing was stored."),
        ["idempotency_key_reused"] = new(422, "The idempotency key was used for a request with other contents. Take a new key for a new request."),
        ["template_lacks_confirmation"] = new(422, "Counterparties need a template that waits for them, such as dvp-cross-platform."),
        ["missing_required_role"] = new(422, "The template asks for a role that no party has."),
        ["missing_required_leg_type"] = new(422, "The template asks for a type of leg that is not there."),
        ["counterparty_is_self"] = new(422, "The counterparty is your own platform; put its party into parties."),
        ["counterparty_platform_unknown"] = new(422, "No platform can be reached under this slug from your environment."),
        ["cross_chain_not_supported"] = new(422, "All parties and legs of a settlement are on one chain, that of the environment."),
        ["leg_mirrored"] = new(422, "Two legs describe one movement from both sides; the money would move twice. Send one of them."),
        ["self_delivery"] = new(422, "Giver and taker of a leg are the same wallet or the same role."),
        ["symbol_confusable"] = new(422, "The symbol looks like one that is registered for another token. Choose one that nobody can take for it."),
        ["signature_invalid"] = new(422, "The signature was not made by the depositor over the document that GET deposit-instructions gives. Sign that document as it is, with the depositor's account."),
        ["rate_limited"] = new(429, "The environment has used its requests of this minute, or too many of them wait at once. Go on after Retry-After.", Retryable: true),
        ["quota_reached"] = new(429, "The environment has as many open settlements or streams of events, made as many settlements within an hour, or had as many unknown tokens read or legs checked within a minute as it may. detail says which; go on after Retry-After.", Retryable: true),
        ["internal_error"] = new(500, "Something failed on our side. Quote the request id.", Retryable: true),
        ["database_unavailable"] = new(503, "The database did not answer in time, or another request wrote the same at the same moment. Send the same again after Retry-After; under the same idempotency key a settlement is made once.", Retryable: true),
        ["issuer_unavailable"] = new(503, "The external issuer of the token does not answer and its keys are not known yet. Send the same again after Retry-After.", Retryable: true),
        ["node_unavailable"] = new(503, "The chain's node does not answer. Nothing was stored; send the same again after Retry-After.", Retryable: true),
    };

    /// <summary>The entry of a code.</summary>
    public static Entry Of(string code) => Entries[code];

    /// <summary>Path of a code's page, as <c>type</c> of a problem names it.</summary>
    public static string PathOf(string code) => "/errors/" + code.Replace('_', '-');
}
