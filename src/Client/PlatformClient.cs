using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Calls about the platform itself: environments, credentials, networks, members, wallets and the activity log.</summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class PlatformClient
{
    readonly ApiConnection _api;

    internal PlatformClient(ApiConnection api) => _api = api;

    /// <summary>Makes a platform, for the operator. The answer holds the first credential's secret; no later one does.</summary>
    public Task<CreatedPlatform> CreatePlatformAsync(CreatePlatformRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreatePlatform, Routes.CreatePlatform.Template, ClientJson.Default.CreatedPlatform, KeystoneClient.Body(request, ClientJson.Default.CreatePlatformRequest), true, cancellationToken);

    /// <summary>The platform of this credential.</summary>
    public Task<OwnPlatform> GetPlatformAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetPlatform, Routes.GetPlatform.Template, ClientJson.Default.OwnPlatform, null, true, cancellationToken);

    /// <summary>Changes the members of the platform that are not null.</summary>
    public Task<OwnPlatform> UpdatePlatformAsync(UpdatePlatformRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.UpdatePlatform, Routes.UpdatePlatform.Template, ClientJson.Default.OwnPlatform, KeystoneClient.Body(request, ClientJson.Default.UpdatePlatformRequest), true, cancellationToken);

    /// <summary>A page of the platform's environments.</summary>
    public Task<PlatformEnvironmentPage> ListEnvironmentsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListEnvironments, KeystoneClient.Query(Routes.ListEnvironments.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.PlatformEnvironmentPage, null, true, cancellationToken);

    /// <summary>Makes an environment. The answer holds its first credential's secret; no later one does.</summary>
    public Task<CreatedEnvironment> CreateEnvironmentAsync(CreateEnvironmentRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateEnvironment, Routes.CreateEnvironment.Template, ClientJson.Default.CreatedEnvironment, KeystoneClient.Body(request, ClientJson.Default.CreateEnvironmentRequest), true, cancellationToken);

    /// <summary>An environment.</summary>
    public Task<PlatformEnvironment> GetEnvironmentAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetEnvironment, Routes.GetEnvironment.Path(id.ToString()), ClientJson.Default.PlatformEnvironment, null, true, cancellationToken);

    /// <summary>Changes the members of an environment that are not null.</summary>
    public Task<PlatformEnvironment> UpdateEnvironmentAsync(Guid id, UpdateEnvironmentRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.UpdateEnvironment, Routes.UpdateEnvironment.Path(id.ToString()), ClientJson.Default.PlatformEnvironment, KeystoneClient.Body(request, ClientJson.Default.UpdateEnvironmentRequest), true, cancellationToken);

    /// <summary>Keeps the credentials of an environment out; its data stays.</summary>
    public Task<PlatformEnvironment> DeactivateEnvironmentAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.DeactivateEnvironment, Routes.DeactivateEnvironment.Path(id.ToString()), ClientJson.Default.PlatformEnvironment, null, true, cancellationToken);

    /// <summary>A page of the environment's credentials.</summary>
    public Task<CredentialPage> ListCredentialsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListCredentials, KeystoneClient.Query(Routes.ListCredentials.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.CredentialPage, null, true, cancellationToken);

    /// <summary>Makes a credential. The answer holds its secret; no later one does.</summary>
    public Task<Credential> CreateCredentialAsync(CreateCredentialRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateCredential, Routes.CreateCredential.Template, ClientJson.Default.Credential, KeystoneClient.Body(request, ClientJson.Default.CreateCredentialRequest), true, cancellationToken);

    /// <summary>A credential.</summary>
    public Task<Credential> GetCredentialAsync(string clientId, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetCredential, Routes.GetCredential.Path(clientId), ClientJson.Default.Credential, null, true, cancellationToken);

    /// <summary>Gives a credential a new secret, which the answer holds.</summary>
    public Task<Credential> RotateCredentialSecretAsync(string clientId, RotateCredentialRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RotateCredentialSecret, Routes.RotateCredentialSecret.Path(clientId), ClientJson.Default.Credential, KeystoneClient.Body(request, ClientJson.Default.RotateCredentialRequest), true, cancellationToken);

    /// <summary>Revokes a credential.</summary>
    public Task RevokeCredentialAsync(string clientId, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RevokeCredential, Routes.RevokeCredential.Path(clientId), cancellationToken);

    /// <summary>A page of the networks from which the environment may be called.</summary>
    public Task<IpRulePage> ListIpRulesAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListIpRules, KeystoneClient.Query(Routes.ListIpRules.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.IpRulePage, null, true, cancellationToken);

    /// <summary>Adds a network from which the environment may be called.</summary>
    public Task<IpRule> CreateIpRuleAsync(CreateIpRuleRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateIpRule, Routes.CreateIpRule.Template, ClientJson.Default.IpRule, KeystoneClient.Body(request, ClientJson.Default.CreateIpRuleRequest), true, cancellationToken);

    /// <summary>Removes a network.</summary>
    public Task DeleteIpRuleAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.DeleteIpRule, Routes.DeleteIpRule.Path(id.ToString()), cancellationToken);

    /// <summary>A page of the platform's members.</summary>
    public Task<MemberPage> ListMembersAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListMembers, KeystoneClient.Query(Routes.ListMembers.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.MemberPage, null, true, cancellationToken);

    /// <summary>Invites a person. The answer holds the invitation's token; no later one does.</summary>
    public Task<InvitedMember> InviteMemberAsync(InviteMemberRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.InviteMember, Routes.InviteMember.Template, ClientJson.Default.InvitedMember, KeystoneClient.Body(request, ClientJson.Default.InviteMemberRequest), true, cancellationToken);

    /// <summary>A member.</summary>
    public Task<Member> GetMemberAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetMember, Routes.GetMember.Path(id.ToString()), ClientJson.Default.Member, null, true, cancellationToken);

    /// <summary>Gives a member other roles.</summary>
    public Task<Member> UpdateMemberAsync(Guid id, UpdateMemberRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.UpdateMember, Routes.UpdateMember.Path(id.ToString()), ClientJson.Default.Member, KeystoneClient.Body(request, ClientJson.Default.UpdateMemberRequest), true, cancellationToken);

    /// <summary>Removes a member and revokes the credentials that it made.</summary>
    public Task RemoveMemberAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RemoveMember, Routes.RemoveMember.Path(id.ToString()), cancellationToken);

    /// <summary>A page of the environment's registered wallets.</summary>
    public Task<WalletPage> ListWalletsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListWallets, KeystoneClient.Query(Routes.ListWallets.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.WalletPage, null, true, cancellationToken);

    /// <summary>Registers a wallet.</summary>
    public Task<Wallet> RegisterWalletAsync(RegisterWalletRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RegisterWallet, Routes.RegisterWallet.Template, ClientJson.Default.Wallet, KeystoneClient.Body(request, ClientJson.Default.RegisterWalletRequest), true, cancellationToken);

    /// <summary>A registered wallet.</summary>
    public Task<Wallet> GetWalletAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetWallet, Routes.GetWallet.Path(id.ToString()), ClientJson.Default.Wallet, null, true, cancellationToken);

    /// <summary>Approves a wallet that another person registered.</summary>
    public Task<Wallet> ApproveWalletAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ApproveWallet, Routes.ApproveWallet.Path(id.ToString()), ClientJson.Default.Wallet, null, true, cancellationToken);

    /// <summary>Removes a wallet.</summary>
    public Task RemoveWalletAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RemoveWallet, Routes.RemoveWallet.Path(id.ToString()), cancellationToken);

    /// <summary>A page of what was changed in the environment, newest first.</summary>
    public Task<ActivityPage> ListActivityAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListActivity, KeystoneClient.Query(Routes.ListActivity.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.ActivityPage, null, true, cancellationToken);

    /// <summary>An entry of the activity log.</summary>
    public Task<Activity> GetActivityAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetActivity, Routes.GetActivity.Path(id.ToString()), ClientJson.Default.Activity, null, true, cancellationToken);
}
