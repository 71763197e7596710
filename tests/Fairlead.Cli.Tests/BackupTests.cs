using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>backup, restore and migrate as a user runs them, with real servers before and after.</summary>
public sealed class BackupTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Path(string name) => System.IO.Path.Combine(folder.Path, name);

    /// <summary>Every path that a reader may ask for, and what it is answered.</summary>
    static async Task<Dictionary<string, string>> ReadAsync(KubeClient client)
    {
        var answers = new Dictionary<string, string>();
        foreach (var name in await client.ListAsync<Namespace>(null, ListOptions.All, None) is var all ? all.Items.Select(n => n.Metadata.Name!) : [])
        {
            if (name == "kube-public") continue; // cluster-info says at which port the server is, and each one here has another
            foreach (var kind in (string[])["configmaps", "secrets", "services", "serviceaccounts"])
            {
                var body = System.Text.Encoding.UTF8.GetString((await client.RawAsync(ApiRequest.Get($"/api/v1/namespaces/{name}/{kind}"), None)).Body.Span);
                // The list's own revision moves on; those of the objects do not.
                answers[$"{name}/{kind}"] = body[body.IndexOf("\"items\"", StringComparison.Ordinal)..];
            }
        }
        return answers;
    }

    [Fact]
    public async Task A_restored_or_migrated_cluster_answers_as_before()
    {
        using var etcd = new EtcdProcess();
        var layout = ServerProcess.Prepare("keep", Path("a"));
        var file = Path("backup");
        string[] cluster = ["--name", "keep", "--data-dir", Path("a")];
        Dictionary<string, string> before;
        string revision;
        using (var server = ServerProcess.Start(layout))
        {
            await server.ReadyAsync();
            await server.Client.CreateAsync(new Namespace { Metadata = new() { Name = "mine" } }, None);
            for (var i = 0; i < 20; i++) await server.Client.CreateAsync(new ConfigMap { Metadata = new() { Name = $"c{i}", Namespace = "mine" } }, None);
            await Until(async () => await server.Client.FindAsync<ConfigMap>("mine", "kube-root-ca.crt", None) is not null
                && await server.Client.FindAsync<ServiceAccount>("mine", "default", None) is not null);
            Assert.StartsWith("Wrote ", (await FairleadProcess.RunAsync(["backup", file, .. cluster])).Succeeds());
            before = await ReadAsync(server.Client);
            revision = (await server.Client.ListAsync<ConfigMap>("mine", ListOptions.All, None)).Metadata.ResourceVersion!;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            (await FairleadProcess.RunAsync(["restore", file, .. cluster])).FailsWith($"fairlead: there is a store already at {layout.ServerFolder}/store.db; move it away first.");
            Assert.Contains("another process has it open; stop that one first", (await FairleadProcess.RunAsync(["migrate", "--from", "embedded", "--to", "etcd", "--etcd-servers", etcd.Endpoint.ToString(), .. cluster])).Errors);
            await server.StopAsync();
        }

        // From the file into an embedded store.
        Directory.Move(layout.ServerFolder, Path("old"));
        Directory.CreateDirectory(layout.ServerFolder);
        Assert.StartsWith("Restored ", (await FairleadProcess.RunAsync(["restore", file, .. cluster])).Succeeds());
        using (var server = ServerProcess.Start(layout))
        {
            await server.ReadyAsync();
            Assert.Equal(before, await ReadAsync(server.Client));
            var error = await Assert.ThrowsAsync<Api.Errors.ApiException>(async () =>
            {
                await foreach (var _ in server.Client.WatchAsync<ConfigMap>("mine", new ListOptions { ResourceVersion = revision }, None)) { }
            });
            Assert.True(error.IsExpired, error.Message);
            await server.StopAsync();
        }

        // On into etcd, and from there once more into a file.
        Assert.StartsWith("Brought ", (await FairleadProcess.RunAsync(["migrate", "--from", "embedded", "--to", "etcd", "--etcd-servers", etcd.Endpoint.ToString(), .. cluster])).Succeeds());
        using (var server = ServerProcess.Start(layout, "--etcd-servers", etcd.Endpoint.ToString()))
        {
            await server.ReadyAsync();
            Assert.Equal(before, await ReadAsync(server.Client));
            Assert.StartsWith("Wrote ", (await FairleadProcess.RunAsync(["backup", Path("second"), "--etcd-servers", etcd.Endpoint.ToString(), .. cluster])).Succeeds());
            await server.StopAsync();
        }
    }

    [Fact]
    public async Task What_can_not_be_done_is_one_sentence()
    {
        ServerProcess.Prepare("keep", Path("a"));
        string[] cluster = ["--name", "keep", "--data-dir", Path("a")];
        await File.WriteAllTextAsync(Path("text"), new string('x', 100), None);
        (await FairleadProcess.RunAsync(["backup", Path("b"), .. cluster])).FailsWith($"fairlead: Cluster \"keep\" has no store at {Path("a")}/server/store.db: give --etcd-servers if it is kept in etcd.");
        (await FairleadProcess.RunAsync(["restore", Path("none"), .. cluster])).FailsWith($"fairlead: There is no file {Path("none")}: give one that ./fairlead backup wrote.");
        (await FairleadProcess.RunAsync(["restore", Path("text"), .. cluster])).FailsWith($"fairlead: {Path("text")} is no backup of fairlead, or of a newer version: give another backup.");
        (await FairleadProcess.RunAsync(["migrate", "--from", "etcd", "--to", "etcd", .. cluster])).FailsWith("fairlead: --from and --to are both etcd: give embedded and etcd.");
        (await FairleadProcess.RunAsync(["backup", Path("b"), "--etcd-servers", "10.0.0.1:2379", .. cluster])).FailsWith("fairlead: --etcd-servers: 10.0.0.1:2379 is no URL: give one such as https://10.0.0.1:2379.");
        (await FairleadProcess.RunAsync(["backup", Path("b"), "--etcd-servers", "http://127.0.0.1:1", .. cluster])).FailsWith("fairlead: etcd can't be reached at http://127.0.0.1:1/: Connection refused.");
        Assert.False(File.Exists(Path("b")));
    }

    static async Task Until(Func<Task<bool>> reached)
    {
        for (var i = 0; i < 600 && !await reached(); i++) await Task.Delay(50);
        Assert.True(await reached());
    }
}
