using System.Collections.Concurrent;
using Fairlead.Api.Core.V1;
using Fairlead.Cli.Cluster;
using Fairlead.Json;
using Fairlead.Server.Tests;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>The options --audit-* of `fairlead server`, each by what it does.</summary>
public sealed class AuditFlagsTests : IDisposable
{
    const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: Request
          verbs: ["create"]
          resources: [{group: "", resources: ["configmaps"]}]
        - level: Metadata
          verbs: ["create"]
          resources: [{group: "", resources: ["secrets"]}]
        """;

    readonly TemporaryFolder folder = new();
    readonly string policy, log;

    public AuditFlagsTests()
    {
        (policy, log) = (Path.Combine(folder.Path, "policy.yaml"), Path.Combine(folder.Path, "log", "audit.log"));
        File.WriteAllText(policy, Policy);
    }

    public void Dispose() => folder.Dispose();

    ClusterLayout Cluster() => ServerProcess.Prepare("audit", Path.Combine(folder.Path, "data"));

    Task<ServerProcess> StartAsync(params string[] flags) => ServerProcess.StartReadyAsync(Cluster(), ["--audit-policy-file", policy, .. flags]);

    static Task MakeMapAsync(ServerProcess server, string name, string text = "b") =>
        server.Client.CreateAsync(new ConfigMap { Metadata = new() { Name = name, Namespace = "default" }, Data = new Dictionary<string, string> { ["a"] = text } }, default);

    [Fact]
    public async Task The_file_holds_what_the_policy_asks_for()
    {
        using var server = await StartAsync("--audit-log-path", log);
        await MakeMapAsync(server, "told");
        await server.Client.CreateAsync(new Secret { Metadata = new() { Name = "kept", Namespace = "default" }, StringData = new Dictionary<string, string> { ["p"] = "hunter2" } }, default);
        var lines = await File.ReadAllLinesAsync(log);
        var events = lines.Select(l => JsonNode.Parse(l)!).Where(e => (string?)e["objectRef"]!["name"] is "told" or "kept").ToList();
        Assert.Equal(["Request", "Metadata"], events.Select(e => (string?)e["level"]));
        Assert.Equal("b", (string?)events[0]["requestObject"]!["data"]!["a"]);
        Assert.DoesNotContain("hunter2", string.Concat(lines));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log));
    }

    [Fact]
    public async Task A_hyphen_is_standard_output()
    {
        using var server = await StartAsync("--audit-log-path", "-");
        await MakeMapAsync(server, "told");
        for (var until = DateTime.UtcNow.AddSeconds(10); !server.Output.Contains("\"name\":\"told\"", StringComparison.Ordinal) && DateTime.UtcNow < until;) await Task.Delay(20);
        Assert.Contains(server.Output.Split('\n'), l => l.StartsWith("""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request",""", StringComparison.Ordinal) && l.Contains("\"name\":\"told\"", StringComparison.Ordinal));
    }

    /// <summary>Five events of some 0.7 MiB with a file of 1 MiB: four files are put aside. One of 2020 is there before.</summary>
    [Theory]
    [InlineData("size alone", "", 5, true)]
    [InlineData("age", "--audit-log-maxage=1", 4, false)]
    [InlineData("number", "--audit-log-maxbackup=2", 2, false)]
    public async Task The_file_is_rotated(string row, string flag, int backups, bool old)
    {
        var of2020 = Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(log)!).FullName, "audit-2020-01-01T00-00-00.000.log");
        await File.WriteAllTextAsync(of2020, "{}\n");
        using var server = await StartAsync(["--audit-log-path", log, "--audit-log-maxsize", "1", .. flag.Length > 0 ? [flag] : (string[])[]]);
        for (var i = 0; i < 5; i++) await MakeMapAsync(server, $"m{i}", new string('x', 700_000));
        var files = Directory.GetFiles(Path.GetDirectoryName(log)!, "audit-*.log");
        Assert.True(files.Length == backups && File.Exists(of2020) == old, $"{row}: {string.Join(' ', files)}");
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 1 << 20));
        Assert.Contains("\"name\":\"m4\"", await File.ReadAllTextAsync(log));
    }

    [Fact]
    public async Task The_webhook_is_told_by_the_time_that_the_server_ends()
    {
        var events = new ConcurrentQueue<JsonNode>();
        await using var peer = await JsonServer.StartAsync(async http =>
        {
            foreach (var one in (await JsonNode.ParseAsync(http.Request.Body))!["items"]!.AsArray()) events.Enqueue(one!);
            return [];
        });
        using var server = await StartAsync("--audit-webhook-config-file", Kubeconfig(peer.Url + "/audit"));
        await MakeMapAsync(server, "told");
        await server.StopAsync();
        var told = Assert.Single(events, e => (string?)e["objectRef"]!["name"] == "told");
        Assert.Equal(("create", "b"), ((string?)told["verb"], (string?)told["requestObject"]!["data"]!["a"]));
    }

    string Kubeconfig(string url)
    {
        var file = Path.Combine(folder.Path, "webhook.kubeconfig");
        var authority = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(TestCertificates.Authority.ExportCertificatePem()));
        File.WriteAllText(file, $$$"""
            {"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],
             "clusters":[{"name":"k","cluster":{"server":"{{{url}}}","certificate-authority-data":"{{{authority}}}"}}],"users":[{"name":"u","user":{} }]}
            """);
        return file;
    }

    [Theory]
    [InlineData("--audit-log-path=LOG", "--audit-policy-file goes together with --audit-log-path or --audit-webhook-config-file: give it and one of them.")]
    [InlineData("--audit-policy-file=POLICY", "--audit-policy-file goes together with --audit-log-path or --audit-webhook-config-file: give it and one of them.")]
    [InlineData("--audit-policy-file=FOLDER/none --audit-log-path=LOG", "--audit-policy-file FOLDER/none can't be read: Could not find file 'FOLDER/none'.")]
    [InlineData("--audit-policy-file=WRONG --audit-log-path=LOG", "--audit-policy-file WRONG: rules[0].level: Unsupported value: \"Loud\": supported values: \"None\", \"Metadata\", \"Request\", \"RequestResponse\".")]
    [InlineData("--audit-policy-file=POLICY --audit-log-path=POLICY/x", "--audit-log-path POLICY/x can't be written: ")]
    [InlineData("--audit-policy-file=POLICY --audit-log-path=LOG --audit-log-maxage=-1", "--audit-log-maxage -1 is less than nothing: give 0 or more.")]
    [InlineData("--audit-policy-file=POLICY --audit-log-path=LOG --audit-log-maxbackup=-1", "--audit-log-maxbackup -1 is less than nothing: give 0 or more.")]
    [InlineData("--audit-policy-file=POLICY --audit-log-path=LOG --audit-log-maxsize=-1", "--audit-log-maxsize -1 is less than nothing: give 0 or more.")]
    [InlineData("--audit-policy-file=POLICY --audit-log-path=LOG --audit-log-maxsize=ten", "Cannot parse argument 'ten' for option '--audit-log-maxsize' as a whole number. See ./fairlead server --help.")]
    [InlineData("--audit-policy-file=POLICY --audit-webhook-config-file=FOLDER/none", "--audit-webhook-config-file: The kubeconfig FOLDER/none can't be read: Could not find file 'FOLDER/none'.")]
    [InlineData("--audit-policy-file=POLICY --audit-webhook-config-file=POLICY", "--audit-webhook-config-file: POLICY: the cluster has no server.")]
    public async Task What_makes_no_sense_is_said_and_nothing_is_served(string flags, string sentence)
    {
        var wrong = Path.Combine(folder.Path, "wrong.yaml");
        await File.WriteAllTextAsync(wrong, Policy.Replace("level: Request", "level: Loud", StringComparison.Ordinal));
        string Filled(string text) => text.Replace("POLICY", policy, StringComparison.Ordinal).Replace("WRONG", wrong, StringComparison.Ordinal)
            .Replace("LOG", log, StringComparison.Ordinal).Replace("FOLDER", folder.Path, StringComparison.Ordinal);
        var seen = await ServerProcess.RefusedAsync(Cluster(), Filled(flags).Split(' '));
        Assert.NotEqual(0, seen.ExitCode);
        Assert.StartsWith("fairlead: " + Filled(sentence), seen.Errors);
        Assert.Single(seen.Errors.TrimEnd('\n').Split('\n'));
    }
}
