using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>
/// Over every operation of the document that writes: whatever undoes its transaction ends as 503 with Retry-After, never as 500, and the same request succeeds afterwards. Triggers raise the
/// failures where the operation writes first, so that they come over the operation's own connection.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class PlantedFaultTests(ApiFixture api) : IAsyncLifetime
{
    // Serialization, deadlock, a row of another, a lock, a statement that was cancelled, a session that was ended.
    static readonly string[] Failures = ["40001", "40P01", "23505", "23503", "55P03", "cancel", "end"];

    // Operations that write nothing but the activity log, and why.
    static readonly string[] Silent =
    [
        "previewSettlement", "validateTemplate", // they only check
        "createToken", // signs, and notes the last use of the credential
        "advanceClock", "mintTestToken", // of the sandbox: another system does it
    ];

    readonly OperationScenes _examples = new(api);

    public async Task InitializeAsync()
    {
        await _examples.PrepareAsync();
        await api.RunAsync("""
            create table public.planted (failure text not null);
            insert into public.planted values ('');
            create function public.plant() returns trigger language plpgsql security definer as $plant$
            declare wanted text := (select failure from public.planted);
            begin
              if wanted = 'cancel' then perform pg_cancel_backend(pg_backend_pid());
              elsif wanted = 'end' then perform pg_terminate_backend(pg_backend_pid());
              elsif wanted <> '' then raise exception 'planted' using errcode = wanted;
              end if;
              return null;
            end $plant$;
            do $all$
            declare place record;
            begin
              for place in select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and n.nspname in ('settlement', 'identity', 'webhooks', 'compliance', 'hosting') and c.relname not in ('activity', 'credential')
              loop
                execute format('create trigger planted before insert or update or delete on %I.%I for each statement execute function public.plant()', place.nspname, place.relname);
              end loop;
              -- Not its last use, which every request notes.
              create trigger planted before insert or delete or update of status on identity.credential for each statement execute function public.plant();
            end $all$;
            """);
    }

    public async Task DisposeAsync()
    {
        await api.RunAsync("drop function public.plant() cascade; drop table public.planted");
        await _examples.ClearAsync();
        await SettlementScene.ClearAsync(api);
    }

    [Fact]
    public async Task What_undoes_a_transaction_is_503_for_every_operation_that_writes()
    {
        List<string> wrong = [];
        int written = 0;
        foreach ((string method, string path, JsonObject operation) in GeneratedRequestTests.Document.Operations.Where(one => one.Method != "GET"))
        {
            string name = (string)operation["operationId"]!;
            (string client, string target) = await _examples.MakeAsync(name, path, operation);
            string? example = _examples.Fill(operation["requestBody"]?["content"]?["application/json"]?["example"]?.ToJsonString());
            // A release is of a hold.
            if (name == "releaseSettlement") await api.SendAsync(client, HttpMethod.Post, target.Replace("/release", "/hold", StringComparison.Ordinal), """{"reason":"r"}""");
            string? caller = operation["security"]![0]!.AsObject().Count == 0 ? null : client;
            foreach (string failure in Silent.Contains(name, StringComparer.Ordinal) ? ["40001"] : Failures)
            {
                await api.RunAsync("update public.planted set failure = $1", failure);
                var (status, body, response) = await api.SendAsync(caller, new HttpMethod(method), target, example);
                await api.RunAsync("update public.planted set failure = ''");
                if (Silent.Contains(name, StringComparer.Ordinal) ? status >= 500 : (status, (string?)body["code"], response.Headers.RetryAfter?.ToString(), (bool?)body["retryable"]) != (503, "database_unavailable", "2", true))
                    wrong.Add($"{name} {failure}: {status} {body.ToJsonString()}");
            }
            if (Silent.Contains(name, StringComparer.Ordinal)) continue;
            written++;
            // Nothing of it was kept, so that nothing stands in the way of the same again.
            var (again, made, _) = await api.SendAsync(caller, new HttpMethod(method), target, example);
            if (again >= 300) wrong.Add($"{name} afterwards: {again} {made.ToJsonString()}");
        }
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n{api.Faults}");
        Assert.True(written > 40, $"{written} operations");
    }
}
