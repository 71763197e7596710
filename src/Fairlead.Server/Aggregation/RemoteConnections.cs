using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Server.Relaying;
using Fairlead.Server.Security;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Connections to other API servers, kept for requests to come. This server shows the front proxy's certificate; theirs
/// is checked as their APIService says, by the name SERVICE.NAMESPACE.svc.
/// </summary>
/// <param name="certificate">The front proxy's; null for none.</param>
public sealed class RemoteConnections(ServiceResolver services, X509Certificate2? certificate) : IDisposable
{
    const int Most = 100;

    readonly ConcurrentDictionary<(string Namespace, string Service, int Port, string Bundle, bool Insecure), HttpMessageInvoker> known = new();

    /// <summary>What carries requests to the server.</summary>
    /// <exception cref="CryptographicException">Its bundle holds no certificate.</exception>
    public HttpMessageInvoker To(RemoteApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        if (known.Count > Most) known.Clear(); // what is in use goes on; idle connections close by themselves
        return known.GetOrAdd((api.Namespace, api.Service, api.Port, api.Bundle, api.Insecure), _ => new(Handler(api)));
    }

    public void Dispose()
    {
        foreach (var invoker in known.Values) invoker.Dispose();
        known.Clear();
    }

    SocketsHttpHandler Handler(RemoteApi api) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // Endpoints that are added get their part.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = (header, _) => FrontProxyHeaders.EncodingOf(header),
        SslOptions = Tls(api),
        ConnectCallback = async (_, cancellation) =>
        {
            var address = await services.ResolveAsync(api.Namespace, api.Service, api.Port, cancellation).ConfigureAwait(false);
            if (address.Points.Count == 0) throw new HttpRequestException(address.Why);
            return await ServiceResolver.ConnectAsync(address.Points, cancellation).ConfigureAwait(false);
        },
    };

    SslClientAuthenticationOptions Tls(RemoteApi api)
    {
        var tls = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (certificate is not null)
        {
            tls.ClientCertificates = [certificate];
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }
        if (api.Insecure) tls.RemoteCertificateValidationCallback = (_, remote, _, _) => remote is not null;
        else if (api.Bundle.Length > 0) tls.CertificateChainPolicy = CaBundle.Trust(api.Bundle);
        return tls;
    }
}
