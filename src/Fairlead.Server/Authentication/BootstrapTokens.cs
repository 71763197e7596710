using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Store;

namespace Fairlead.Server.Authentication;

/// <summary>Recognises bootstrap tokens: the user system:bootstrap:ID in the group system:bootstrappers and those that the token names.</summary>
public sealed class BootstrapTokens(IStore store, TimeProvider clock) : ITokenAuthenticator
{
    public async ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (BootstrapToken.Split(token) is not var (id, secret)) return null;
        var entry = await store.GetAsync($"/registry/core/secrets/{BootstrapToken.Namespace}/{BootstrapToken.SecretNameOf(id)}", cancellation).ConfigureAwait(false);
        if (entry is null || Read(entry) is not { Authenticates: true } known || known.HasEnded(clock.GetUtcNow())) return null;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known.Secret), Encoding.ASCII.GetBytes(secret))
            ? new($"system:bootstrap:{id}", [.. known.Groups.Prepend("system:bootstrappers").Distinct()])
            : null;
    }

    static BootstrapToken? Read(StoreEntry entry)
    {
        try { return BootstrapToken.Read(ApiJson.Read<Secret>(entry.Json.Span)); }
        catch (JsonException) { return null; }
    }
}
