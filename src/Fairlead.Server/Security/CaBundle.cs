using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Server.Security;

/// <summary>The field caBundle of webhooks and APIServices: PEM certificates, in base64, that alone are trusted.</summary>
static class CaBundle
{
    /// <exception cref="CryptographicException">It is no base64, or what it holds is no PEM certificate.</exception>
    public static X509ChainPolicy Trust(string bundle)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try { policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle))); }
        catch (FormatException e) { throw new CryptographicException("caBundle is no base64", e); }
        return policy;
    }
}
