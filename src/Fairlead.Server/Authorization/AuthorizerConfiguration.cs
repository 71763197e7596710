namespace Fairlead.Server.Authorization;

/// <summary>One of the authorizers of an <see cref="AuthorizationConfiguration"/>.</summary>
/// <param name="Type">Node, RBAC, Webhook, AlwaysAllow or AlwaysDeny.</param>
/// <param name="Name">What metrics call it.</param>
/// <param name="Webhook">Of one of type Webhook; else null.</param>
public sealed record AuthorizerConfiguration(string Type, string Name, AuthorizationWebhook? Webhook = null)
{
    public const string Node = "Node";
    public const string Rbac = "RBAC";
    public const string WebhookType = "Webhook";
    public const string AlwaysAllow = "AlwaysAllow";
    public const string AlwaysDeny = "AlwaysDeny";

    /// <summary>All types, as messages list them.</summary>
    public static readonly IReadOnlyList<string> Types = [AlwaysAllow, AlwaysDeny, Node, Rbac, WebhookType];
}
