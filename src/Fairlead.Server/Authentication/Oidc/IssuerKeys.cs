using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>
/// The keys of an issuer, by its discovery document (OpenID Connect Discovery 1.0 §4) and the set of keys that it names.
/// Fetched when first needed, and again when a token shows a key that is not among them, at most every ten seconds.
/// </summary>
sealed class IssuerKeys : IDisposable
{
    const int MaxAnswer = 1024 * 1024;
    static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(10);

    readonly string issuer;
    readonly Uri discovery;
    readonly TimeProvider clock;
    readonly HttpClient http;
    readonly SemaphoreSlim one = new(1);
    volatile IReadOnlyList<JsonWebKey> keys = [];
    DateTimeOffset fetched = DateTimeOffset.MinValue;

    public IssuerKeys(string issuer, Uri? discovery, string? authorityPem, TimeProvider clock)
    {
        (this.issuer, this.clock) = (issuer, clock);
        this.discovery = discovery ?? new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, SslOptions = new SslClientAuthenticationOptions() };
        if (authorityPem is not null)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPem(authorityPem);
            handler.SslOptions.CertificateChainPolicy = trust;
        }
        http = new(handler) { Timeout = Within, MaxResponseContentBufferSize = MaxAnswer };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>Whether one of the issuer's keys made the signature.</summary>
    /// <param name="id">The token's kid; null: any key may be it.</param>
    /// <exception cref="HttpRequestException">The issuer can't be asked, or does not say what it should.</exception>
    public async ValueTask<bool> VerifyAsync(string? id, string algorithm, byte[] data, byte[] signature, CancellationToken cancellation)
    {
        if (Verifies(id, algorithm, data, signature)) return true;
        if (!await RefreshAsync(cancellation).ConfigureAwait(false)) return false;
        return Verifies(id, algorithm, data, signature);
    }

    public void Dispose()
    {
        http.Dispose();
        one.Dispose();
    }

    bool Verifies(string? id, string algorithm, byte[] data, byte[] signature)
    {
        foreach (var key in keys)
        {
            if ((id is null || key.Id is null || key.Id == id) && key.Verifies(algorithm, data, signature)) return true;
        }
        return false;
    }

    /// <summary>False if the keys are fresh already.</summary>
    async ValueTask<bool> RefreshAsync(CancellationToken cancellation)
    {
        var before = fetched;
        await one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (fetched != before) return true; // someone else has just done it
            if (clock.GetUtcNow() - fetched < AtMostEvery) return false;
            fetched = clock.GetUtcNow();
            var document = await GetAsync(discovery, cancellation).ConfigureAwait(false);
            if (document.Text("issuer") != issuer) throw new HttpRequestException($"{discovery} is of the issuer \"{document.Text("issuer")}\", not \"{issuer}\"");
            if (!Uri.TryCreate(document.Text("jwks_uri"), UriKind.Absolute, out var set) || set.Scheme != Uri.UriSchemeHttps) throw new HttpRequestException($"{discovery} names no https jwks_uri");
            var found = await GetAsync(set, cancellation).ConfigureAwait(false);
            keys = [.. (found.Array("keys") ?? []).Select(k => JsonWebKey.Read(k as JsonObject)).OfType<JsonWebKey>()];
            return true;
        }
        finally { one.Release(); }
    }

    async Task<JsonObject> GetAsync(Uri address, CancellationToken cancellation)
    {
        try { return JsonTree.ParseObject(await http.GetByteArrayAsync(address, cancellation).ConfigureAwait(false)); }
        catch (MalformedInputException e) { throw new HttpRequestException($"{address} is no JSON object: {e.Message}", e); }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested) { throw new HttpRequestException($"{address} does not answer", e); }
    }
}
