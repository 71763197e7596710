using Fairlead.Server.Authorization;
using Fairlead.Server.Responding;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Authentication;

/// <summary>
/// As whom a request wants to be judged: the headers Impersonate-User, -Group, -Uid and -Extra-KEY. Each of them must
/// be allowed to the true user by the verb impersonate. Source: Kubernetes documentation, User impersonation.
/// </summary>
public sealed record Impersonation(string User, IReadOnlyList<string> Groups, string? Uid, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    const string Prefix = "Impersonate-";
    const string ExtraPrefix = "Extra-";
    const string Unauthenticated = "system:unauthenticated";

    /// <summary>What the headers ask for; null if nothing.</summary>
    public static Impersonation? Of(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Impersonation? asked = null;
        foreach (var (header, values) in headers)
        {
            if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            asked ??= new("", [], null, new Dictionary<string, IReadOnlyList<string>>());
            var given = values.OfType<string>().ToArray();
            asked = header[Prefix.Length..].ToLowerInvariant() switch
            {
                "user" => asked with { User = given.FirstOrDefault() ?? "" },
                "group" => asked with { Groups = given },
                "uid" => asked with { Uid = given.FirstOrDefault() },
                var extra when extra.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase) =>
                    asked with { Extra = new Dictionary<string, IReadOnlyList<string>>(asked.Extra) { [Uri.UnescapeDataString(extra[ExtraPrefix.Length..])] = given } },
                _ => asked,
            };
        }
        return asked;
    }

    /// <summary>The user that the request counts as, if the true one may be each part of it.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest: no user is named. Forbidden: it may not.</exception>
    public async ValueTask<UserInfo> AsAsync(UserInfo user, IAuthorizer authorizer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        if (User.Length == 0) throw Refuse.BadRequest("requested impersonation of groups, uid or extra without impersonating a user: add the header Impersonate-User");
        foreach (var request in Requests(user))
        {
            var decision = await authorizer.AuthorizeAsync(request, cancellation).ConfigureAwait(false);
            if (!decision.IsAllowed) throw Refuse.Forbidden(request, decision.Reason);
        }
        return new(User, [.. AllGroups()], Uid) { Extra = Extra.Count > 0 ? Extra : null };
    }

    IEnumerable<AccessRequest> Requests(UserInfo user)
    {
        var request = new AccessRequest(user, "impersonate") { Version = "v1" };
        yield return Account() is var (ns, name)
            ? request with { Resource = "serviceaccounts", Namespace = ns, Name = name }
            : request with { Resource = "users", Name = User };
        foreach (var group in Groups) yield return request with { Resource = "groups", Name = group };
        if (Uid is { Length: > 0 }) yield return request with { Group = "authentication.k8s.io", Resource = "uids", Name = Uid };
        foreach (var (key, values) in Extra)
        {
            foreach (var value in values) yield return request with { Group = "authentication.k8s.io", Resource = "userextras", Subresource = key, Name = value };
        }
    }

    IEnumerable<string> AllGroups()
    {
        var groups = Groups.Count == 0 && Account() is var (ns, name) ? UserInfo.ServiceAccount(ns, name).Groups : Groups;
        var own = User == UserInfo.Anonymous.Name ? Unauthenticated : UserInfo.AuthenticatedGroup;
        return groups.Contains(own) || groups.Contains(Unauthenticated) ? groups : groups.Append(own);
    }

    (string Namespace, string Name)? Account() =>
        User.Split(':') is ["system", "serviceaccount", { Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;
}
