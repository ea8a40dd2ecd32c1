using System.Xml;
using System.Xml.Linq;
using Keystone.Ethereum.Nodes;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Reporting;

/// <summary>
/// A settlement as messages of ISO 20022 for one of its parties: sese.024.001.14 (status advice) and sese.025.001.13 (confirmation). Pure. No schema is shipped with the system; which element
/// carries what stands in docs/integrators/iso-messages.md.
/// </summary>
internal sealed class IsoMessage(SettlementView settlement, PartyView party)
{
    /// <summary>Longest identification (Max35Text).</summary>
    const int MaxId = 35;

    const string Issuer = "KEYSTONE";

    /// <summary>Versions that the messages claim.</summary>
    public const string StatusVersion = "sese.024.001.14", ConfirmationVersion = "sese.025.001.13";

    readonly XNamespace _status = "urn:iso:std:iso:20022:tech:xsd:" + StatusVersion, _confirmation = "urn:iso:std:iso:20022:tech:xsd:" + ConfirmationVersion;

    string Id => settlement.Id.ToString("N");

    LegView Securities => settlement.Legs.FirstOrDefault(leg => leg.LegType != "payment" && IsOwn(leg)) ?? settlement.Legs.First(IsOwn);

    LegView? Cash => settlement.Legs.FirstOrDefault(leg => leg.LegType == "payment" && IsOwn(leg)) is { } cash && cash != Securities ? cash : null;

    bool Delivers => Giver(Securities) == party.Role;

    PartyView? Other => settlement.Parties.FirstOrDefault(one => one.Role == (Delivers ? Taker(Securities) : Giver(Securities)));

    bool IsOwn(LegView leg) => leg.PartyRole == party.Role || leg.RecipientRole == party.Role;

    static string Giver(LegView leg) => leg.Direction == "deliver" ? leg.PartyRole : leg.RecipientRole;

    static string Taker(LegView leg) => leg.Direction == "deliver" ? leg.RecipientRole : leg.PartyRole;

    /// <summary>Where the settlement stands. One that is final has a confirmation instead.</summary>
    public XDocument Status()
    {
        XNamespace n = _status;
        return new XDocument(new XElement(n + "Document", new XElement(n + "SctiesSttlmTxStsAdvc",
            new XElement(n + "TxId", Element(n, "AcctOwnrTxId", Reference), Element(n, "AcctSvcrTxId", Id), Common(n)),
            Axes(n),
            new XElement(n + "TxDtls",
                Element(n, "TradId", Trade), Owner(n), Wallet(n, party.WalletAddress), Instrument(n, Securities),
                new XElement(n + "SttlmQty", new XElement(n + "Qty", Element(n, "DgtlTknUnit", Securities.Quantity))),
                Cash is { } cash ? new XElement(n + "DgtlPmtSttlm", Instrument(n, cash), Element(n, "ElctrncMnyTknSttlmQty", cash.Quantity)) : null,
                new XElement(n + "SttlmDt", new XElement(n + "Dt", Element(n, "DtTm", Postgres.Timestamps.Seconds(settlement.TimeoutAt)))),
                Element(n, "SctiesMvmntTp", Delivers ? "DELI" : "RECE"), Element(n, "Pmt", Cash is null ? "FREE" : "APMT"), Parameters(n), OtherSide(n)))));
    }

    /// <summary>That it was settled, and when; for a settlement that is final.</summary>
    public XDocument Confirmation()
    {
        XNamespace n = _confirmation, chain = "urn:keystone:onchain:1";
        TransactionView? swap = settlement.Escrow?.ExecuteTx;
        return new XDocument(new XElement(n + "Document", new XElement(n + "SctiesSttlmTxConf",
            new XElement(n + "TxIdDtls", Element(n, "AcctOwnrTxId", Reference), Element(n, "AcctSvcrTxId", Id), Element(n, "SctiesMvmntTp", Delivers ? "DELI" : "RECE"),
                Element(n, "Pmt", Cash is null ? "FREE" : "APMT"), Common(n)),
            new XElement(n + "TradDtls", Element(n, "TradId", Trade),
                new XElement(n + "SttlmDt", new XElement(n + "Dt", Element(n, "DtTm", Postgres.Timestamps.Seconds(settlement.TimeoutAt)))),
                new XElement(n + "FctvSttlmDt", new XElement(n + "Dt", Element(n, "DtTm", Postgres.Timestamps.Seconds(swap?.At ?? settlement.UpdatedAt))))),
            Instrument(n, Securities),
            new XElement(n + "QtyAndAcctDtls", new XElement(n + "SttldQty", new XElement(n + "Qty", Element(n, "DgtlTknUnit", Securities.Quantity))), Owner(n), Wallet(n, party.WalletAddress),
                Cash is null || party.WalletAddress is null ? null : new XElement(n + "CshAcct", new XElement(n + "BlckChainCshWllt", Element(n, "Id", Account(party.WalletAddress))))),
            Parameters(n), OtherSide(n),
            Cash is { } cash ? new XElement(n + "DgtlPmtSttlm", Instrument(n, cash), new XElement(n + "Qty", Element(n, "ElctrncMnyTknSttlmQty", cash.Quantity))) : null,
            swap is null ? null : new XElement(n + "SplmtryData", Element(n, "PlcAndNm", "/Document/SctiesSttlmTxConf"), new XElement(n + "Envlp",
                new XElement(chain + "OnChain", Element(chain, "ChainId", settlement.Legs[0].ChainId.ToString(System.Globalization.CultureInfo.InvariantCulture)), Element(chain, "TxHash", swap.Hash)))))));
    }

    // Processing, matching and settlement: what applies, in the order of the message.
    object[] Axes(XNamespace n)
    {
        IsoView iso = settlement.Iso;
        XElement[] mtchd = [new XElement(n + "MtchgSts", new XElement(n + "Mtchd"))];
        return iso.Status switch
        {
            "PACK" => [Axis(n, "PrcgSts", "AckdAccptd", null)],
            "NMAT" => [Axis(n, "MtchgSts", "Umtchd", iso.Reason)],
            "PEND" when iso.Reason == "NEXT" => [Axis(n, "PrcgSts", "PdgPrcg", "NEXT"), .. mtchd],
            "PEND" => [.. mtchd, Axis(n, "SttlmSts", "Pdg", iso.Reason)],
            "PENF" => [.. mtchd, Axis(n, "SttlmSts", "Flng", iso.Reason)],
            "CANP" => [Axis(n, "PrcgSts", "PdgCxl", null)],
            "CPRC" => [Axis(n, "PrcgSts", "CxlReqd", null)],
            "CAND" => [Axis(n, "PrcgSts", "Canc", iso.Reason)],
            _ => [Axis(n, "PrcgSts", "Rjctd", iso.Reason)],
        };
    }

    static XElement Axis(XNamespace n, string axis, string status, string? reason) => new(n + axis, new XElement(n + status, reason switch
    {
        null => Element(n, "NoSpcfdRsn", "NORE"),
        // Our own reasons, which the standard's lists do not hold.
        "COMP" or "ESCR" => new XElement(n + "Rsn", new XElement(n + "Cd", new XElement(n + "Prtry", Element(n, "Id", reason), Element(n, "Issr", Issuer)))),
        _ => new XElement(n + "Rsn", new XElement(n + "Cd", Element(n, "Cd", reason))),
    }));

    // What does not fit is replaced by the settlement's id, never cut.
    string Reference => Fits(party.ExternalReference) ?? Id;

    string Trade => Fits(settlement.TradeReference) ?? Id;

    XElement? Common(XNamespace n) => Fits(settlement.TradeReference) is { } reference ? Element(n, "CmonId", reference) : null;

    static string? Fits(string? text) => text is { Length: > 0 and <= MaxId } && IsXml(text) ? text : null;

    // JSON has characters that XML 1.0 has not (U+FFFE and U+FFFF, half a surrogate pair).
    static bool IsXml(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) i++;
            else if (!XmlConvert.IsXmlChar(text[i])) return false;
        return true;
    }

    XElement Owner(XNamespace n) => new(n + "AcctOwnr", new XElement(n + "Id", Proprietary(n, Fits(party.ExternalReference) ?? party.Id.ToString("N"))), party.Lei is { } lei ? Element(n, "LEI", lei) : null);

    XElement? Wallet(XNamespace n, string? address) => address is null ? null : new XElement(n + "BlckChainAdrOrWllt", Element(n, "Id", Account(address)));

    // CAIP-10.
    string Account(string address) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"eip155:{settlement.Legs[0].ChainId}:{address}");

    // CAIP-19: an address is longer than the 35 characters of other identifications.
    static XElement Instrument(XNamespace n, LegView leg)
    {
        string kind = leg.TokenStandard switch { TokenStandards.Erc721 => "erc721", TokenStandards.Erc1155 => "erc1155", _ => "erc20" };
        return new XElement(n + "FinInstrmId", Element(n, "Desc", string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"eip155:{leg.ChainId}/{kind}:{leg.Token.Address}{(leg.TokenId is { Length: <= 40 } id ? "/" + id : "")}")));
    }

    XElement Parameters(XNamespace n) => new(n + "SttlmParams", new XElement(n + "SctiesTxTp", Element(n, "Cd",
        settlement.SettlementCategory is not ("repo_open" or "repo_close") ? "TRAD" : Cash is { } cash && Taker(cash) == party.Role == (settlement.SettlementCategory == "repo_open") ? "REPU" : "RVPO")));

    XElement? OtherSide(XNamespace n) => Other is not { } other ? null : new XElement(n + (Delivers ? "RcvgSttlmPties" : "DlvrgSttlmPties"), new XElement(n + "Pty1",
        new XElement(n + "Id", Proprietary(n, Fits(other.PlatformSlug) ?? other.PlatformId.ToString("N"))), other.Lei is { } lei ? Element(n, "LEI", lei) : null,
        Wallet(n, Delivers ? other.ReceiveAddress : other.WalletAddress)));

    static XElement Proprietary(XNamespace n, string id) => new(n + "PrtryId", Element(n, "Id", id), Element(n, "Issr", Issuer));

    static XElement Element(XNamespace n, string name, string value) => new(n + name, value);
}
