using System.Security.Cryptography.X509Certificates;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Authentication;

/// <summary>
/// Establishes who sends a request: by client certificate (the listener has checked its chain), else by bearer token,
/// else as system:anonymous where that is let in. A token that nobody knows is refused; it does not become anonymous.
/// </summary>
public sealed class Authenticator(IReadOnlyList<ITokenAuthenticator> tokens, AnonymousAccess anonymous)
{
    const string Bearer = "Bearer ";

    public ValueTask<UserInfo> AuthenticateAsync(ApiCall call, CancellationToken cancellation)
    {
        if (call.User is { } known) return new(known.Authenticated());
        if (call.Authorization is not { Length: > 0 } header) return anonymous.Allows(call.Path) ? new(UserInfo.Anonymous) : throw Refuse.Unauthorized();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) throw Refuse.Unauthorized();
        return KnownAsync(header[Bearer.Length..].Trim(), cancellation);
    }

    /// <summary>The user of a bearer token; null if nobody knows it.</summary>
    public async ValueTask<UserInfo?> TokenUserAsync(string token, CancellationToken cancellation)
    {
        foreach (var authenticator in tokens)
        {
            if (await authenticator.AuthenticateAsync(token, cancellation).ConfigureAwait(false) is { } user) return user.Authenticated();
        }
        return null;
    }

    async ValueTask<UserInfo> KnownAsync(string token, CancellationToken cancellation) =>
        await TokenUserAsync(token, cancellation).ConfigureAwait(false) ?? throw Refuse.Unauthorized();

    /// <summary>The user whom a client certificate names: common name, and a group for each organization.</summary>
    public static UserInfo? FromCertificate(X509Certificate2 certificate)
    {
        string? name = null;
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements) continue;
            var type = part.GetSingleElementType().Value;
            if (type == "2.5.4.3") name = part.GetSingleElementValue();
            else if (type == "2.5.4.10" && part.GetSingleElementValue() is { } group) groups.Add(group);
        }
        return string.IsNullOrEmpty(name) ? null : new UserInfo(name, groups).Authenticated();
    }
}
