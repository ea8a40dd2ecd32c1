namespace Keystone.Settlements.Errors;

/// <summary>Stable codes of the use cases' errors. A host maps each to its own answer: the API in one table to a status.</summary>
public static class ErrorCodes
{
    /// <summary>The request breaks rules; <see cref="DomainError.Faults"/> lists them.</summary>
    public const string ValidationFailed = "validation_failed";

    /// <summary>There is nothing that the caller may see.</summary>
    public const string NotFound = "not_found";

    /// <summary>No party of the caller is waiting for an answer.</summary>
    public const string NoPendingParty = "no_pending_party";

    /// <summary>All parties were given at creation.</summary>
    public const string NotCrossPlatform = "settlement_not_cross_platform";

    /// <summary>Only the platform that instructed the settlement may do this yet.</summary>
    public const string NotInitiator = "not_initiator";

    /// <summary>The swap was executed on the chain.</summary>
    public const string AlreadyExecuted = "already_executed";

    /// <summary>The terms are published; the settlement cannot be held any more.</summary>
    public const string TermsPublished = "terms_published";

    /// <summary>No party of the caller waits for a decision.</summary>
    public const string NothingToDecide = "nothing_to_decide";

    /// <summary>The party was decided on before, otherwise.</summary>
    public const string AlreadyDecided = "already_decided";

    /// <summary>The settlement does not wait for the result of a step of its platform's.</summary>
    public const string ActionNotRequired = "action_not_required";

    /// <summary>Another result of the step was reported before.</summary>
    public const string ActionResolved = "action_resolved";

    /// <summary>A second person has to decide.</summary>
    public const string SecondPersonNeeded = "second_person_needed";

    /// <summary>The settlement has ended, or the time to answer is over.</summary>
    public const string SettlementEnded = "settlement_ended";

    /// <summary>The terms are not fixed yet, so there is nothing to deposit into.</summary>
    public const string EscrowNotRegistered = "escrow_not_registered";

    /// <summary>The leg's deposit was withdrawn once, which ends every signature for it.</summary>
    public const string ConsentWithdrawn = "consent_withdrawn";

    /// <summary>The platform has as many links to the settlement as it may.</summary>
    public const string DepositLinkLimitReached = "deposit_link_limit_reached";

    /// <summary>This installation serves no page for deposits.</summary>
    public const string DepositPageOff = "deposit_page_off";

    /// <summary>The signature is not the depositor's, or not of this document.</summary>
    public const string SignatureInvalid = "signature_invalid";

    /// <summary>Confirmed before with other details.</summary>
    public const string ConfirmationDiffers = "confirmation_differs";

    /// <summary>Confirmed before; it cannot be rejected.</summary>
    public const string AlreadyConfirmed = "already_confirmed";

    /// <summary>Rejected before; it cannot be confirmed.</summary>
    public const string AlreadyRejected = "already_rejected";

    /// <summary>A request with the same idempotency key is still running.</summary>
    public const string IdempotencyInProgress = "idempotency_in_progress";

    /// <summary>The idempotency key was used for a request with other contents.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>The template does not wait for counterparties.</summary>
    public const string TemplateLacksConfirmation = "template_lacks_confirmation";

    /// <summary>No party has a role that the template requires.</summary>
    public const string MissingRequiredRole = "missing_required_role";

    /// <summary>No leg has a type that the template requires.</summary>
    public const string MissingRequiredLegType = "missing_required_leg_type";

    /// <summary>The counterparty is the caller's own platform.</summary>
    public const string CounterpartyIsSelf = "counterparty_is_self";

    /// <summary>No platform can be reached under the slug.</summary>
    public const string CounterpartyUnknown = "counterparty_platform_unknown";

    /// <summary>A party or leg names another chain than the environment's.</summary>
    public const string CrossChainNotSupported = "cross_chain_not_supported";

    /// <summary>Two legs describe one movement from both sides.</summary>
    public const string LegMirrored = "leg_mirrored";

    /// <summary>Giver and taker of a leg are the same.</summary>
    public const string SelfDelivery = "self_delivery";

    /// <summary>Symbol or token is registered already, otherwise.</summary>
    public const string SymbolTaken = "symbol_taken";

    /// <summary>The symbol can be taken for a registered one.</summary>
    public const string SymbolConfusable = "symbol_confusable";

    /// <summary>The environment has as many webhook endpoints as it may.</summary>
    public const string WebhookLimitReached = "webhook_limit_reached";

    /// <summary>Another webhook endpoint of the environment has the URL.</summary>
    public const string WebhookUrlTaken = "webhook_url_taken";

    /// <summary>The webhook endpoint is switched off.</summary>
    public const string WebhookInactive = "webhook_inactive";

    /// <summary>The events behind the position are not kept any more.</summary>
    public const string CursorExpired = "cursor_expired";

    /// <summary>The instruction was matched, or has expired.</summary>
    public const string InstructionNotPending = "instruction_not_pending";

    /// <summary>The settlement is no opening of a repo that can be closed.</summary>
    public const string NotRepo = "not_a_repo_opening";

    /// <summary>The message is for another moment of the settlement.</summary>
    public const string MessageNotDue = "message_not_due";

    /// <summary>The environment has as many templates as it may.</summary>
    public const string TemplateLimitReached = "template_limit_reached";

    /// <summary>The settlement has not ended.</summary>
    public const string SettlementOpen = "settlement_open";

    /// <summary>The wallet is registered already.</summary>
    public const string WalletExists = "wallet_exists";

    /// <summary>The environment has as many wallets as it may.</summary>
    public const string WalletLimitReached = "wallet_limit_reached";

    /// <summary>The environment has as many settlements as its operator allows.</summary>
    public const string QuotaReached = "quota_reached";

    /// <summary>The chain's node does not answer.</summary>
    public const string NodeUnavailable = "node_unavailable";
}
