namespace Keystone.Webhooks.Mail;

/// <summary>Something that people are told by mail. Holds ids alone: what is read is made of them.</summary>
/// <param name="Kind"><c>deadline_near</c>, <c>refund_blocked</c>, <c>review_waiting</c>, <c>endpoint_disabled</c> or <c>low_balance</c>.</param>
/// <param name="Subject">What it is about: a person is told once of a subject.</param>
/// <param name="EnvironmentId">Environment; null for what is the operator's.</param>
/// <param name="SettlementId">Settlement; null for none.</param>
public sealed record MailNotice(string Kind, string Subject, Guid? EnvironmentId, Guid? SettlementId);

/// <summary>A notice and one person who gets it.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="Recipient">E-mail address.</param>
public readonly record struct AddressedNotice(MailNotice Notice, string Recipient);

/// <summary>A mail that is being sent.</summary>
/// <param name="Id">Id; its Message-Id is made of it.</param>
/// <param name="Kind">Kind of all its notices.</param>
/// <param name="Recipient">E-mail address.</param>
/// <param name="Notices">What it tells.</param>
/// <param name="Attempts">Attempts with this one.</param>
public sealed record ClaimedLetter(Guid Id, string Kind, string Recipient, IReadOnlyList<MailNotice> Notices, int Attempts);
