using System.Security.Cryptography.X509Certificates;
using Fairlead.Store.Caching;

namespace Fairlead.Store.Etcd;

/// <summary>Which etcd an <see cref="EtcdStore"/> uses, and how.</summary>
/// <param name="Endpoints">Client URLs of the members, http or https, of which any one will do.</param>
public sealed record EtcdStoreOptions(IReadOnlyList<Uri> Endpoints) : WindowOptions
{
    /// <summary>
    /// What every key begins with. Not upstream's /registry by default: the values are not upstream's either, and two
    /// clusters that take one another's keys for their own would ruin each other.
    /// </summary>
    public string Prefix { get; init; } = "/fairlead";

    /// <summary>The CAs whose server certificates are believed; null for the machine's own.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate, with its key, that is shown to etcd; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Within so long a request is answered or has failed.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long opening waits for an etcd that does not answer yet.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often, over all servers, history is compacted; what is younger than this is kept. Zero: never.</summary>
    public TimeSpan CompactionInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told one line when the connection breaks or is mended.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
