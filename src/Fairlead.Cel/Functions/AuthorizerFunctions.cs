using Fairlead.Cel.Authorization;
using Fairlead.Cel.Formats;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' questions about permissions (libraries kubernetes.authz and kubernetes.authzSelectors).</summary>
static class AuthorizerFunctions
{
    /// <summary>What one question costs, as upstream counts it: it may go to another server.</summary>
    const long CheckCost = 350_000;

    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("path", (a, _) => a is [CelAuthorizer who, string path] ? new CelCheck(who.Authorizer, who.Access with { Path = Some(path, "path") }, CelCheckKind.Path) : Library.NotMine),
        ("group", (a, _) => a is [CelAuthorizer who, string group] ? new CelCheck(who.Authorizer, who.Access with { Group = group }, CelCheckKind.Group) : Library.NotMine),
        ("serviceAccount", (a, _) => a is [CelAuthorizer who, string space, string name] ? Account(who, space, name) : Library.NotMine),
        ("resource", (a, _) => a is [CelCheck { Kind: CelCheckKind.Group } check, string resource]
            ? check.With(w => w with { Resource = Some(resource, "resource") }) with { Kind = CelCheckKind.Resource } : Library.NotMine),
        Narrower("subresource", (w, text) => w with { Subresource = text }),
        Narrower("namespace", (w, text) => w with { Namespace = text }),
        Narrower("name", (w, text) => w with { Name = text }),
        Narrower("fieldSelector", (w, text) => w with { FieldSelector = text }),
        Narrower("labelSelector", (w, text) => w with { LabelSelector = text }),
        ("check", (a, cost) => a is [CelCheck { Kind: not CelCheckKind.Group } check, string verb] ? Check(check, verb, cost) : Library.NotMine),
        ("allowed", (a, _) => a is [CelDecision decision] ? decision.Allowed : Library.NotMine),
        ("reason", (a, _) => a is [CelDecision decision] ? decision.Reason : Library.NotMine),
        ("errored", (a, _) => a is [CelDecision decision] ? decision.Error.Length > 0 : Library.NotMine),
        ("error", (a, _) => a is [CelDecision decision] ? decision.Error : Library.NotMine),
    ];

    static CelDecision Check(CelCheck check, string verb, CelCost cost)
    {
        cost.Spend(CheckCost);
        return check.Authorizer.Check(check.Access with { Verb = check.Kind == CelCheckKind.Path ? verb.ToLowerInvariant() : verb });
    }

    static CelAuthorizer Account(CelAuthorizer who, string space, string name)
    {
        if (NameForms.Label(space) is { } wrong) throw new CelException($"Invalid service account namespace: {wrong}");
        if (NameForms.Subdomain(name) is { } wrongName) throw new CelException($"Invalid service account name: {wrongName}");
        return new(who.Authorizer, new() { ServiceAccount = (space, name) }, null);
    }

    static string Some(string text, string what) => text.Trim().Length > 0 ? text : throw new CelException($"{what} must not be empty");

    static (string, CelFunction) Narrower(string name, Func<CelAccess, string, CelAccess> with) =>
        (name, (a, _) => a is [CelCheck { Kind: CelCheckKind.Resource } check, string text] ? check.With(w => with(w, text)) : Library.NotMine);
}
