using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Authorization;

/// <summary>
/// The server's authorizers in the order that its configuration says, behind the one that lets system:masters do
/// everything. Another configuration counts from the next request. For any thread.
/// </summary>
/// <param name="more">Asked last, whatever the configuration.</param>
public sealed class ConfiguredAuthorizer(IAuthorizer nodes, IAuthorizer roles, IReadOnlyList<IAuthorizer> more, TimeProvider clock, Action<string> failed) : IAuthorizer
{
    volatile Chosen chosen = null!; // Use is called before anything else

    /// <summary>What they count.</summary>
    public AuthorizationMetrics Metrics { get; } = new();

    /// <summary>True if what roles say counts.</summary>
    public bool AsksRoles => chosen.Roles;

    /// <summary>True if a webhook is asked, so that what someone may do can't be listed.</summary>
    public bool AsksWebhooks => chosen.Webhooks;

    /// <summary>Decides by the configuration from now on. Webhooks of the last one are left to the collector, as requests may be asking them.</summary>
    public void Use(AuthorizationConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var authorizers = configuration.Authorizers.Select(a => (IAuthorizer)new CountedAuthorizer(Make(a), Metrics.Of(a.Type, a.Name)));
        chosen = new(new([new MastersMay(), .. authorizers, .. more]), configuration.Has(AuthorizerConfiguration.Rbac), configuration.Has(AuthorizerConfiguration.WebhookType));
    }

    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation) => chosen.Chain.AuthorizeAsync(request, cancellation);

    IAuthorizer Make(AuthorizerConfiguration authorizer) => authorizer.Type switch
    {
        AuthorizerConfiguration.Node => nodes,
        AuthorizerConfiguration.Rbac => roles,
        AuthorizerConfiguration.AlwaysAllow => AlwaysSay.Allow,
        AuthorizerConfiguration.AlwaysDeny => AlwaysSay.Deny,
        _ => Make(authorizer.Name, authorizer.Webhook ?? throw new ArgumentException($"the authorizer {authorizer.Name} has no webhook")),
    };

    WebhookAuthorizer Make(string name, AuthorizationWebhook webhook) => new(new ReviewClient(webhook.Peer) { Within = webhook.Timeout }, webhook, clock, failed, name, Metrics);

    sealed record Chosen(AuthorizerChain Chain, bool Roles, bool Webhooks);
}
