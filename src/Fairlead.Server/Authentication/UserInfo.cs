namespace Fairlead.Server.Authentication;

/// <summary>Who sends a request.</summary>
public sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string? Uid = null)
{
    /// <summary>Further facts from whoever authenticated the user, such as the Pod that a token is bound to; null for none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }

    public const string AuthenticatedGroup = "system:authenticated";
    public const string MastersGroup = "system:masters";

    /// <summary>A request without credentials.</summary>
    public static readonly UserInfo Anonymous = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>The user that a ServiceAccount is.</summary>
    public static UserInfo ServiceAccount(string ns, string name, string? uid = null) =>
        new($"system:serviceaccount:{ns}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{ns}"], uid);

    public bool IsAnonymous => Name == "system:anonymous";

    public bool IsIn(string group) => Groups.Contains(group);

    /// <summary>The user with the group that every authenticated one has.</summary>
    public UserInfo Authenticated() => IsIn(AuthenticatedGroup) ? this : this with { Groups = [.. Groups, AuthenticatedGroup] };
}
