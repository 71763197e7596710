using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Commands;

/// <summary>The options of an agent on a machine that joins; names as kubeadm's and the kubelet's.</summary>
static class JoinArguments
{
    const string DefaultFolder = "/var/lib/fairlead/agent";
    const string HowToGet = "make one on the server with ./fairlead token create --print-join-command";

    public static readonly Option<string?> Join = new("--join") { Description = "Join the cluster of this API server, HOST:PORT. Once joined, the machine needs no token any more." };
    public static readonly Option<IPAddress?> NodeIp = new("--node-ip")
    {
        Description = "With --join: the node's address (default the one that reaches the server).",
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
            result.AddError($"--node-ip {result.Tokens[0].Value} is no address: give one such as 10.0.0.2.");
            return null;
        },
    };

    static readonly Option<string?> Token = new("--token") { Description = "With --join: the token, such as abcdef.0123456789abcdef." };
    static readonly Option<string?> TokenFile = new("--token-file") { Description = "With --join: a file that holds the token, where others may see the arguments of programs." };
    static readonly Option<string[]> CaHash = new("--ca-hash") { Description = "With --join: sha256:HEX of the cluster's CA's public key; several are allowed.", DefaultValueFactory = _ => [] };
    static readonly Option<string> RuntimeEndpoint = new("--container-runtime-endpoint") { Description = "With --join: containerd's socket.", DefaultValueFactory = _ => "/run/containerd/containerd.sock" };
    static readonly Option<string> CniConf = new("--cni-conf-dir") { Description = "With --join: where containerd looks for network configurations.", DefaultValueFactory = _ => "/etc/cni/net.d" };
    static readonly Option<string> CgroupRoot = new("--cgroup-root") { Description = "With --join: parent of the Pods' cgroups.", DefaultValueFactory = _ => "/" };

    public static IReadOnlyList<Option> All => [Join, Token, TokenFile, CaHash, NodeIp, RuntimeEndpoint, CniConf, CgroupRoot, ClusterArguments.ClusterCidr];

    /// <summary>Where the machine keeps what it has of the cluster.</summary>
    public static string Folder(ParseResult arguments) => Path.GetFullPath(arguments.GetValue(ClusterArguments.DataDir) ?? DefaultFolder);

    /// <exception cref="CommandException">There is none, or its file can't be read.</exception>
    public static string TokenText(ParseResult arguments)
    {
        if (arguments.GetValue(Token) is { } token) return token;
        if (arguments.GetValue(TokenFile) is not { } file) throw new CommandException($"This machine has not joined yet and has no --token: {HowToGet}.");
        try { return File.ReadAllText(file).Trim(); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"--token-file {file}: {e.Message.TrimEnd('.')}."); }
    }

    /// <exception cref="CommandException">None is given.</exception>
    public static IReadOnlyList<string> Hashes(ParseResult arguments) => arguments.GetValue(CaHash) is { Length: > 0 } hashes
        ? hashes : throw new CommandException($"Without --ca-hash nobody could tell the server from someone between: {HowToGet}.");

    /// <param name="serving">Of the node's HTTPS server.</param>
    /// <param name="authority">The cluster's CA.</param>
    /// <exception cref="CommandException">The address is not the machine's.</exception>
    public static AgentSetup Setup(ParseResult arguments, string folder, string name, IPAddress address, Func<X509Certificate2> serving, X509Certificate2 authority) => new()
    {
        NodeName = name,
        Addresses = [address],
        Link = JoinedMachine.LinkOf(address),
        RuntimeSocket = arguments.GetValue(RuntimeEndpoint)!,
        RunFolder = folder,
        CniConfFolder = arguments.GetValue(CniConf)!,
        AddressFolder = Path.Combine(folder, "addresses"),
        KubeletFolder = Path.Combine(folder, "kubelet"),
        PodLogFolder = Path.Combine(folder, "pods"),
        Cgroup = arguments.GetValue(CgroupRoot)!.Trim('/'),
        PodCidrs = [],
        ClusterCidrs = [.. arguments.GetValue(ClusterArguments.ClusterCidr)!.All],
        ServingCertificate = serving,
        ClientAuthority = authority,
    };
}
