using System.Text;
using Fairlead.Server.Listen;
using Fairlead.Store;

namespace Fairlead.Server.Health;

/// <summary>One named check; null when all is well, else what is wrong.</summary>
public sealed record HealthCheck(string Name, Func<CancellationToken, ValueTask<string?>> Check, bool ReadyOnly = false);

/// <summary>/healthz, /livez and /readyz, each check also under its own name, with ?verbose and ?exclude as upstream.</summary>
public sealed class HealthChecks(IReadOnlyList<HealthCheck> checks) : IDocument
{
    static readonly string[] Roots = ["/healthz", "/livez", "/readyz"];

    public bool Answers(string path) => Roots.Any(r => path.StartsWith(r, StringComparison.Ordinal) && (path.Length == r.Length || path[r.Length] == '/'));

    public async ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        var root = Roots.First(r => call.Path.StartsWith(r, StringComparison.Ordinal));
        var one = call.Path[root.Length..].Trim('/');
        var asked = checks.Where(c => one.Length > 0 ? c.Name == one : !c.ReadyOnly || root == "/readyz").ToArray();
        if (one.Length > 0 && asked.Length == 0) return ApiAnswer.Text("404 page not found\n", 404);
        var excluded = call.Query.All("exclude").ToHashSet();
        var report = new StringBuilder();
        var failed = false;
        foreach (var check in asked)
        {
            if (excluded.Contains(check.Name))
            {
                report.Append($"[+]{check.Name} excluded: ok\n");
                continue;
            }
            var problem = await ProblemAsync(check, cancellation).ConfigureAwait(false);
            failed |= problem is not null;
            report.Append(problem is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: {problem}\n");
        }
        var name = root[1..];
        if (failed) return ApiAnswer.Text($"{report}{name} check failed\n", 500);
        return ApiAnswer.Text(call.Query.Flag("verbose") ? $"{report}{name} check passed\n" : "ok");
    }

    static async ValueTask<string?> ProblemAsync(HealthCheck check, CancellationToken cancellation)
    {
        try { return await check.Check(cancellation).ConfigureAwait(false); }
        catch (StoreUnavailableException e) { return e.Message; }
    }
}
