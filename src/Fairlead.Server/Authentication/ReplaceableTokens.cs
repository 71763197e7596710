namespace Fairlead.Server.Authentication;

/// <summary>Authenticators of which there may be others from one request to the next. For any thread.</summary>
public sealed class ReplaceableTokens(IReadOnlyList<ITokenAuthenticator> first) : ITokenAuthenticator
{
    volatile IReadOnlyList<ITokenAuthenticator> current = first;

    /// <summary>Asks these from now on. Those before are left to the collector, as requests may be using them.</summary>
    public void Use(IReadOnlyList<ITokenAuthenticator> authenticators) => current = authenticators;

    public async ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        foreach (var authenticator in current)
        {
            if (await authenticator.AuthenticateAsync(token, cancellation).ConfigureAwait(false) is { } user) return user;
        }
        return null;
    }
}
