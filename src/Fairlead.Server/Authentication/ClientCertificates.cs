using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Authentication;

/// <summary>
/// Client certificates to users. A connection's certificate is checked once and remembered for as long as the
/// connection lives; TLS itself takes any certificate, so that a bad one is answered with 401 instead of a broken
/// handshake.
/// </summary>
public sealed class ClientCertificates(X509Certificate2Collection authorities)
{
    public ClientCertificates(X509Certificate2 authority) : this(new X509Certificate2Collection(authority)) { }

    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    volatile Trust trust = new(authorities, []);

    /// <summary>Verdicts stand and fall with the authorities that they were made by.</summary>
    sealed record Trust(X509Certificate2Collection Authorities, ConditionalWeakTable<X509Certificate2, Verdict> Verdicts);

    sealed record Verdict(UserInfo? User, DateTime Until);

    /// <summary>Believes these authorities from now on, also of connections that are open.</summary>
    public void Use(X509Certificate2Collection others) => trust = new(others, []);

    /// <summary>False if the certificate was not issued by the cluster's CA, is out of date, or names nobody.</summary>
    public bool TryUser(X509Certificate2 certificate, [NotNullWhen(true)] out UserInfo? user)
    {
        var now = trust;
        var verdict = now.Verdicts.GetValue(certificate, shown => Check(shown, now.Authorities));
        user = verdict.Until > DateTime.Now ? verdict.User : null;
        return user is not null;
    }

    static Verdict Check(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return new(chain.Build(certificate) ? Authenticator.FromCertificate(certificate) : null, certificate.NotAfter);
    }
}
