using Fairlead.Server.Authentication;

namespace Fairlead.Server.Authorization.Nodes;

/// <summary>Who is a node: a user named system:node:NAME in the group system:nodes (Kubernetes documentation, Using Node Authorization).</summary>
public static class NodeIdentity
{
    public const string Prefix = "system:node:";
    public const string Group = "system:nodes";

    /// <summary>The node's name, which may be empty; null for a user that is no node.</summary>
    public static string? Of(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Name.StartsWith(Prefix, StringComparison.Ordinal) && user.IsIn(Group) ? user.Name[Prefix.Length..] : null;
    }
}
