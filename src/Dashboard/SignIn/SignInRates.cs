namespace Keystone.Dashboard.SignIn;

/// <summary>Forms a minute that one address may send: each costs the work of a slow hash.</summary>
internal sealed class SignInRates() : AddressRates(allowed: 30);
