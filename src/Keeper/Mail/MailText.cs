using System.Globalization;
using System.Text;
using Keystone.Webhooks.Mail;

namespace Keystone.Keeper.Mail;

/// <summary>Subject and text of a mail. Mail travels through servers of others: it holds ids, and no name, wallet of a party, token or amount.</summary>
internal static class MailText
{
    const int Listed = 50;

    /// <summary>The text of a mail.</summary>
    /// <param name="letter">The mail.</param>
    /// <param name="pagesUrl">URL of the pages; empty for none.</param>
    public static (string Subject, string Body) Of(ClaimedLetter letter, string pagesUrl)
    {
        (string subject, string sentence) = letter.Kind switch
        {
            "deadline_near" => ("a deadline is near", "The deadline of these settlements is near, and a leg of yours has not been deposited. What was deposited is refunded after it."),
            "refund_blocked" => ("a refund is blocked", "A refund of these settlements was refused several times, for example by a frozen token. It is tried again and again; whoever issues the token can say more."),
            "review_waiting" => ("a review is waiting", "Screening holds these settlements, and a person has to decide before their deadline."),
            "endpoint_disabled" => ("a webhook endpoint was switched off", "A webhook endpoint of yours was switched off. Its events are kept; switch it on again and send them once more."),
            _ => ("the keeper's account needs ether", "The account that sends transactions has less ether than its limit. Refill it before transactions stop."),
        };
        StringBuilder body = new(sentence);
        body.Append("\r\n\r\n");
        string[] lines = [.. letter.Notices.Select(one => one.SettlementId is { } id ? $"settlement {id}" : one.Kind == "low_balance" ? one.Subject : null).OfType<string>().Distinct(StringComparer.Ordinal)];
        foreach (string line in lines.Take(Listed)) body.Append(line).Append("\r\n");
        if (lines.Length > Listed) body.Append(CultureInfo.InvariantCulture, $"and {lines.Length - Listed} more").Append("\r\n");
        if (pagesUrl.Length > 0) body.Append("\r\n").Append(pagesUrl).Append("\r\n");
        body.Append("\r\nYou get at most one mail of this kind in an hour.\r\n");
        return ($"Keystone: {subject}", body.ToString());
    }
}
