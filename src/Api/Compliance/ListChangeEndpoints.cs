using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Compliance.Changes;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Compliance;

/// <summary><c>/v1/admin/compliance/list-changes</c>: what changed in the lists, and which live settlements that touched.</summary>
internal static class ListChangeEndpoints
{
    const string Change = "List change";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/admin/compliance/list-changes").RequireScope(Scopes.Admin).WithTags("admin");
        group.MapGet("", ListAsync).WithName("listListChanges").WithSummary("List the changes of the lists that parties are screened by, newest first")
            .WithDescription("finished_at is null while live settlements are still compared with the change.").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).WithName("getListChange").WithSummary("Read a change of a list").WithErrors(ErrorCodes.NotFound);
        group.MapGet("{id}/entries", EntriesAsync).WithName("listListChangeEntries").WithSummary("List the entries that came, went or changed")
            .WithDescription("The first file of a list has no entries here: all of it is new.").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapGet("{id}/settlements", TouchedAsync).WithName("listListChangeSettlements").WithSummary("List the live settlements that the change touched")
            .WithDescription("Their parties are screened again.").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
    }

    static async Task<Ok<PageBody<ListChangeView>>> ListAsync(HttpContext context, ListChangeStore changes)
    {
        Paging paging = Read(context);
        (IReadOnlyList<ListChangeView> items, long total) = await changes.ListAsync(null, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<ListChangeView>(items, total)));
    }

    static async Task<Results<Ok<ListChangeView>, Problem>> GetAsync(HttpContext context, ListChangeStore changes, string id) =>
        await FindAsync(context, changes, id) is { } change ? TypedResults.Ok(change) : new Problem(DomainError.NotFound(Change));

    static async Task<Results<Ok<PageBody<ChangedEntry>>, Problem>> EntriesAsync(HttpContext context, ListChangeStore changes, string id)
    {
        if (await FindAsync(context, changes, id) is not { } change) return new Problem(DomainError.NotFound(Change));
        Paging paging = Read(context);
        (IReadOnlyList<ChangedEntry> items, long total) = await changes.EntriesAsync(change.Id, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<ChangedEntry>(items, total)));
    }

    static async Task<Results<Ok<PageBody<TouchedSettlement>>, Problem>> TouchedAsync(HttpContext context, ListChangeStore changes, string id)
    {
        if (await FindAsync(context, changes, id) is not { } change) return new Problem(DomainError.NotFound(Change));
        Paging paging = Read(context);
        (IReadOnlyList<TouchedSettlement> items, long total) = await changes.TouchedAsync(change.Id, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<TouchedSettlement>(items, total)));
    }

    static async Task<ListChangeView?> FindAsync(HttpContext context, ListChangeStore changes, string id) =>
        (await changes.ListAsync(PathId.Read(id, Change), 1, 0, context.RequestAborted)).Items.FirstOrDefault();

    static Paging Read(HttpContext context)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        return paging;
    }
}
