namespace Keystone.Transactions;

/// <summary>Where an account is in its life, on one chain.</summary>
public enum SenderStatus
{
    /// <summary>A keeper has its key; it sends nothing yet.</summary>
    Standby,

    /// <summary>In service: it takes every new intent, and new terms name it as operator. One account of a chain at most.</summary>
    Active,

    /// <summary>It takes nothing new, ends the nonces that it began, and cancels the settlements whose terms name it.</summary>
    Draining,

    /// <summary>It sends nothing more, and never goes into service again.</summary>
    Retired,

    /// <summary>It carries out the intents that name it as the only account, and never goes into service.</summary>
    Dedicated,
}
