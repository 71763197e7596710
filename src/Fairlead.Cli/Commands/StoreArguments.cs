using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Server.Security;
using Fairlead.Store;
using Fairlead.Store.Embedded;
using Fairlead.Store.Encryption;
using Fairlead.Store.Etcd;
using Fairlead.Store.Transfer;

namespace Fairlead.Cli.Commands;

/// <summary>The options that say where a cluster's objects are kept; with upstream's names.</summary>
public static class StoreArguments
{
    static readonly Option<string?> Servers = new("--etcd-servers") { Description = "etcd's client URLs with commas between them. Without: the file of this cluster." };
    static readonly Option<string?> CaFile = new("--etcd-cafile") { Description = "The CA of etcd's certificates (default the machine's own)." };
    static readonly Option<string?> CertFile = new("--etcd-certfile") { Description = "The certificate that is shown to etcd." };
    static readonly Option<string?> KeyFile = new("--etcd-keyfile") { Description = "Its key." };
    static readonly Option<string> Prefix = new("--etcd-prefix") { Description = "What all keys begin with.", DefaultValueFactory = _ => "/fairlead" };
    static readonly Option<string?> EncryptionFile = new("--encryption-provider-config") { Description = "A file of kind EncryptionConfiguration: which objects are encrypted at rest, and with what." };

    /// <summary>To be added to a command.</summary>
    public static IReadOnlyList<Option> All => [Servers, CaFile, CertFile, KeyFile, Prefix, EncryptionFile];

    /// <summary>The cluster shares its store with other servers.</summary>
    public static bool IsShared(ParseResult arguments) => arguments.GetValue(Servers) is not null;

    /// <summary>The encryption that the arguments ask for.</summary>
    /// <exception cref="CommandException">The file can't be read or is not understood.</exception>
    public static ValueEncryption Encryption(ParseResult arguments)
    {
        if (arguments.GetValue(EncryptionFile) is not { } file) return ValueEncryption.None;
        try { return EncryptionConfiguration.Parse(ReadFile("--encryption-provider-config", file)); }
        catch (FormatException e) { throw new CommandException($"--encryption-provider-config {file}: {e.Message.TrimEnd('.')}."); }
    }

    /// <summary>Opens the store that the arguments name.</summary>
    /// <exception cref="CommandException">Something about them makes no sense.</exception>
    /// <exception cref="StoreUnavailableException">It can't be opened.</exception>
    public static async Task<IStore> OpenAsync(ParseResult arguments, ClusterLayout layout, Action<string> log, CancellationToken cancellation)
    {
        var encryption = Encryption(arguments);
        if (arguments.GetValue(Servers) is not { } servers) return EmbeddedStore.Open(Embedded(layout) with { Encryption = encryption });
        return await EtcdStore.OpenAsync(Etcd(arguments, servers) with { Encryption = encryption, Log = log }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes the store that the arguments name of a dump.</summary>
    /// <exception cref="CommandException">Something about them makes no sense.</exception>
    /// <exception cref="StoreUnavailableException">There is something already, or it can't be written.</exception>
    public static async Task RestoreAsync(ParseResult arguments, ClusterLayout layout, StoreDump dump, long raise, CancellationToken cancellation)
    {
        var encryption = Encryption(arguments);
        if (arguments.GetValue(Servers) is { } servers) await EtcdRestore.RestoreAsync(Etcd(arguments, servers) with { Encryption = encryption }, dump, raise, cancellation).ConfigureAwait(false);
        else EmbeddedRestore.Restore(Embedded(layout) with { Encryption = encryption }, dump, raise);
    }

    /// <summary>The cluster's own file.</summary>
    public static EmbeddedStoreOptions Embedded(ClusterLayout layout) => new(layout.ServerFolder + "/store.db");

    /// <summary>etcd at these URLs, as the other arguments say.</summary>
    public static EtcdStoreOptions Etcd(ParseResult arguments, string servers)
    {
        var endpoints = servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Endpoint).ToList();
        if (endpoints.Count == 0) throw new CommandException("--etcd-servers names none: give a URL such as https://10.0.0.1:2379.");
        var prefix = arguments.GetValue(Prefix)!.TrimEnd('/');
        if (!prefix.StartsWith('/')) throw new CommandException($"--etcd-prefix {prefix} does not begin with '/': give one such as /fairlead.");
        return new(endpoints) { Prefix = prefix, Authorities = Authorities(arguments.GetValue(CaFile)), ClientCertificate = Certificate(arguments.GetValue(CertFile), arguments.GetValue(KeyFile)) };
    }

    static Uri Endpoint(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url : throw new CommandException($"--etcd-servers: {text} is no URL: give one such as https://10.0.0.1:2379.");

    static X509Certificate2Collection? Authorities(string? file)
    {
        if (file is null) return null;
        var authorities = new X509Certificate2Collection();
        try { authorities.ImportFromPem(System.Text.Encoding.UTF8.GetString(ReadFile("--etcd-cafile", file))); }
        catch (CryptographicException) { }
        return authorities.Count > 0 ? authorities : throw new CommandException($"--etcd-cafile {file} holds no certificate: give a PEM file.");
    }

    static X509Certificate2? Certificate(string? certificate, string? key)
    {
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw new CommandException("--etcd-certfile and --etcd-keyfile go together: give both.");
        try { return X509Certificate2.CreateFromPemFile(certificate, key); }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--etcd-certfile {certificate} and --etcd-keyfile {key} can't be read: {e.Message.TrimEnd('.')}.");
        }
    }

    static byte[] ReadFile(string flag, string file)
    {
        try { return File.ReadAllBytes(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"{flag} {file} can't be read: {e.Message.TrimEnd('.')}."); }
    }
}
