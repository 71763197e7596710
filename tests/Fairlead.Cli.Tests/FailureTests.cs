using System.Net;
using System.Net.Sockets;
using Fairlead.Linux.Files;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cli.Tests;

/// <summary>What a user is told where a cluster can't start, and that nothing of it is left on the machine.</summary>
public sealed class FailureTests : IDisposable
{
    const string Name = "imgf";
    static readonly string[] Shape = ["--name", Name, "--node-cidr", "10.74.0.0/24", "--cluster-cidr", "10.174.0.0/16", "--service-cidr", "10.154.0.0/16"];

    readonly string folder = Directory.CreateTempSubdirectory("fl-imgf-").FullName;

    public FailureTests() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task WithoutRoot()
    {
        // Where any user may read it.
        (await FairleadProcess.RunAsync(null, ["cp", "-r", FairleadProcess.Folder, folder + "/bin"])).Succeeds();
        (await FairleadProcess.RunAsync(null, ["chmod", "-R", "a+rX", folder])).Succeeds();
        string[] nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", folder + "/bin/fairlead"];
        (await FairleadProcess.RunAsync(null, [.. nobody, "up", .. Shape])).FailsWith("fairlead: Namespaces and mounts need root: run it with sudo.");
        (await FairleadProcess.RunAsync(null, [.. nobody, "image", "list"])).FailsWith("fairlead: The nodes' containerd is root's alone: run it with sudo.");
        var doctor = await FairleadProcess.RunAsync(null, [.. nobody, "doctor", .. Shape]);
        Assert.Equal(1, doctor.ExitCode);
        Assert.StartsWith("✗ root: Namespaces and mounts need root: run it with sudo.\n✓ kernel\n", doctor.Output);
        Nothing();
    }

    [Fact]
    public async Task APortThatIsTaken()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusedAsync("API port", $"Port {port} is taken by another program: end that one or give --api-port a free port.", "--api-port", $"{port}");
    }

    [Fact]
    public async Task ARangeThatIsTaken()
    {
        using var host = new RouteNetlink();
        host.Links.Add(new BridgeSpec("imgf0"));
        try
        {
            var link = host.Links.Get("imgf0").Index;
            host.Links.SetUp(link);
            host.Addresses.Replace(link, IPAddress.Parse("10.74.0.129"), 25);
            await RefusedAsync("address ranges", "10.74.0.0/24 overlaps the route to 10.74.0.128/25 on imgf0: give --node-cidr a range that is free.");
        }
        finally
        {
            host.Links.Remove("imgf0");
        }
    }

    [Fact]
    public async Task ADiskThatIsFull()
    {
        var disk = Directory.CreateDirectory(folder + "/disk").FullName;
        FileCalls.MountTmpfs(disk, 16 << 20);
        try
        {
            await RefusedAsync("disk", $"Only 16 MiB are free at {disk}: make 1024 MiB free or give --data-dir another disk.", "--data-dir", disk);
            // A disk that fills while an image is written.
            var image = Directory.CreateDirectory(folder + "/image").FullName;
            await File.WriteAllBytesAsync(image + "/large", new byte[20 << 20]);
            var seen = await FairleadProcess.RunAsync("image", "build", image, "--tag", "fairlead.local/large:v1", "-o", disk + "/image.tar");
            Assert.Contains($"fairlead: The image can't be written to {disk}/image.tar: No space left on device", seen.Errors);
            Assert.Equal(1, seen.ExitCode);
            Assert.Empty(Directory.EnumerateFileSystemEntries(disk));
        }
        finally
        {
            FileCalls.Unmount(disk);
        }
    }

    [Fact]
    public async Task AFolderWithSomethingElseInIt()
    {
        await File.WriteAllTextAsync(folder + "/letter", "dear reader");
        await RefusedAsync("data folder", $"{folder} holds files that are no cluster's: give --data-dir an empty folder, because down removes all that is in it.", "--data-dir", folder);
        (await FairleadProcess.RunAsync("down", "--name", Name, "--data-dir", folder)).Succeeds();
        Assert.True(File.Exists(folder + "/letter"));
    }

    [Fact]
    public async Task WhatFailsHalfWayIsRemoved()
    {
        // nft refuses once, when links and namespaces are there already.
        var tools = Directory.CreateDirectory(folder + "/tools").FullName;
        await File.WriteAllTextAsync(tools + "/nft", $"""
            #!/bin/sh
            if [ "$1" = -f ] && [ ! -e {folder}/refused ]; then touch {folder}/refused; echo "Error: no today" >&2; exit 1; fi
            exec {Tool.Find("nft")} "$@"

            """);
        File.SetUnixFileMode(tools + "/nft", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var data = Directory.CreateDirectory(folder + "/disk").FullName;
        FileCalls.MountTmpfs(data, 2L << 30);
        try
        {
            var seen = await FairleadProcess.RunAsync($"{tools}:{Environment.GetEnvironmentVariable("PATH")}", [FairleadProcess.Folder + "/fairlead", "up", .. Shape, "--data-dir", data]);
            Assert.Equal((1, "fairlead: nft -f - failed: Error: no today\n"), (seen.ExitCode, seen.Errors));
            Assert.Contains("That failed: removing what was made.", seen.Output);
            Assert.True(File.Exists(folder + "/refused"));
            Assert.Empty(Directory.EnumerateFileSystemEntries(data));
            Nothing();
        }
        finally
        {
            FileCalls.Unmount(data);
        }
    }

    [Fact]
    public async Task AComponentThatDiesAtOnceIsToldAtOnce()
    {
        var tools = Directory.CreateDirectory(folder + "/tools").FullName;
        await File.WriteAllTextAsync(tools + "/containerd", "#!/bin/sh\necho 'level=info msg=\"I begin\"'\necho 'level=fatal msg=\"no today\"' >&2\nexit 3\n");
        File.SetUnixFileMode(tools + "/containerd", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var data = Directory.CreateDirectory(folder + "/disk").FullName;
        FileCalls.MountTmpfs(data, 2L << 30);
        try
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var seen = await FairleadProcess.RunAsync($"{tools}:{Environment.GetEnvironmentVariable("PATH")}", [FairleadProcess.Folder + "/fairlead", "up", .. Shape, "--data-dir", data]);
            Assert.Equal(1, seen.ExitCode);
            Assert.StartsWith($"fairlead: containerd on node1 ends whenever it is started, last with exit code 3; its log {data}/logs/node1-containerd.log ends with\n", seen.Errors);
            Assert.EndsWith("\n  level=info msg=\"I begin\"\n  level=fatal msg=\"no today\"\nRun ./fairlead doctor, then ./fairlead up again.\n", seen.Errors);
            // It waits a minute for one that says nothing.
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(45), $"{clock.Elapsed}");
            Nothing();
        }
        finally
        {
            FileCalls.Unmount(data);
        }
    }

    [Theory]
    [InlineData("no .NET SDK", "", "the .NET SDK 10 is missing: install it from https://dot.net (package dotnet-sdk-10.0).", "version")]
    [InlineData("an older SDK", "dotnet=echo 8.0.100 [/x]", "a .NET SDK of version 10 is missing: install it from https://dot.net (package dotnet-sdk-10.0).", "version")]
    [InlineData("packages missing, no apt", "", "missing: containerd crun", "up")]
    [InlineData("apt without a network", "apt-get=echo 'E: no network'; exit 100", "apt-get could not install containerd crun", "up")]
    [InlineData("not root", "id=echo 1000", "this needs root, because a node is made of namespaces and mounts: run it with sudo.", "up")]
    public async Task TheScriptSaysWhatIsMissing(string row, string fake, string sentence, string command)
    {
        var tree = folder + "/tree";
        Directory.CreateDirectory(tree + "/build");
        Directory.CreateDirectory(tree + "/src");
        File.Copy(FairleadProcess.Tree + "/fairlead", tree + "/fairlead");
        File.Copy(FairleadProcess.Tree + "/build/machine.sh", tree + "/build/machine.sh");
        // A machine with nothing but what every Debian has.
        var path = Directory.CreateDirectory(folder + "/path").FullName;
        foreach (var tool in (string[])["bash", "dirname", "readlink", "id", "find", "sort", "sha256sum", "cat", "grep", "tail", "mktemp", "rm", "echo"]) File.CreateSymbolicLink($"{path}/{tool}", Tool.Find(tool)!);
        if (fake.Split('=', 2) is [var name, var body])
        {
            File.Delete($"{path}/{name}");
            await File.WriteAllTextAsync($"{path}/{name}", $"#!/bin/bash\n{body}\n");
            File.SetUnixFileMode($"{path}/{name}", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var seen = await FairleadProcess.RunAsync(path, [path + "/bash", tree + "/fairlead", command]);
        Assert.True(seen.ExitCode == 1 && seen.Output == "" && seen.Errors.Contains(sentence), $"{row}: {seen}");
        Assert.False(Directory.Exists(tree + "/artifacts"));
    }

    /// <summary>`doctor` and `up` say the same, and nothing is made.</summary>
    static async Task RefusedAsync(string check, string sentence, params string[] arguments)
    {
        var doctor = await FairleadProcess.RunAsync(["doctor", .. Shape, .. arguments]);
        Assert.Equal(1, doctor.ExitCode);
        Assert.Equal([$"✗ {check}: {sentence}"], doctor.Output.Split('\n').Where(l => l.StartsWith('✗')));
        (await FairleadProcess.RunAsync(["up", .. Shape, .. arguments])).FailsWith("fairlead: " + sentence);
        Nothing();
    }

    static void Nothing()
    {
        Assert.False(Directory.Exists("/run/fairlead/" + Name) || Directory.Exists("/var/lib/fairlead/" + Name));
        Assert.DoesNotContain(NetworkNamespace.List(), n => n.StartsWith(Name, StringComparison.Ordinal));
        using var host = new RouteNetlink();
        Assert.DoesNotContain(host.Links.List(), l => l.Name is Name or Name + "_1");
        Assert.DoesNotContain(Mounts.List(), m => m.Target.StartsWith("/run/fairlead/" + Name, StringComparison.Ordinal));
    }
}
