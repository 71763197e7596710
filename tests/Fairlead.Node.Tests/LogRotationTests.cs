using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Logs;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Tests;

/// <summary>A log at its full size: who reads it goes on over the change.</summary>
[Collection(nameof(TestNode))]
public sealed class LogRotationTests
{
    readonly TestNode node;

    public LogRotationTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task WhoFollowsALogSeesEveryLineOverARotation()
    {
        var kubectl = node.Kubectl();
        var shared = node.MakeDirectory("rotation");
        // Past 10 MiB at once, and on in small steps until it is told to stop.
        const string script = """
            until [ -e /shared/go ]; do sleep 0.1; done
            x=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; x=$x$x$x$x; x=$x$x$x$x; i=0
            while [ $i -lt 10400 ]; do echo $i $x; i=$((i+1)); done
            until [ -e /shared/stop ]; do echo $i; i=$((i+1)); busybox usleep 2000; done
            echo $i end
            """;
        var pod = await node.RunAsync("rotation", script, shared, spec: s => s with { RestartPolicy = "Never" });
        await node.UntilReadyAsync("rotation");
        var logs = Path.Combine(node.LogsOf(pod), "app");
        foreach (var year in Enumerable.Range(2001, 6)) await File.WriteAllTextAsync($"{logs}/0.log.{year}0101-000000", "of an earlier time");
        var following = kubectl.RunAsync("", "logs", "-f", "rotation");
        await File.WriteAllTextAsync(shared + "/go", "");
        string[] aside = [];
        await node.HoldsAsync(() => Task.FromResult((aside = Aside(logs)).Any(f => string.CompareOrdinal(f, "0.log.2020") > 0)), () => string.Join(' ', Directory.GetFiles(logs)));
        await Task.Delay(300); // it goes on in the new file
        await File.WriteAllTextAsync(shared + "/stop", "");
        var (code, output) = await following;
        Assert.Equal(0, code);
        var lines = output.Split('\n');
        Assert.Equal("", lines[^1]);
        for (var i = 0; i < lines.Length - 1; i++) Assert.True(lines[i].StartsWith($"{i}", StringComparison.Ordinal) && (lines[i].Length == $"{i}".Length || lines[i][$"{i}".Length] == ' '), $"line {i} is \"{lines[i]}\"");
        Assert.EndsWith(" end", lines[^2]);
        Assert.True(lines.Length > 10_400);
        // Five files with the one that is written, and those that went are the oldest.
        aside = Aside(logs);
        Assert.Equal(["0.log.20040101-000000", "0.log.20050101-000000", "0.log.20060101-000000"], aside[..3]);
        Assert.Equal(4, aside.Length);
        Assert.InRange(new FileInfo(Path.Combine(logs, aside[3])).Length, 10 << 20, 12 << 20);
        await node.RemoveAsync("rotation");
    }

    static string[] Aside(string logs) => [.. Directory.GetFiles(logs).Select(f => Path.GetFileName(f)!).Where(f => f.StartsWith("0.log.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task ALogThatTheRuntimeDoesNotBeginAnewKeepsItsName()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "0123456789");
            using var runtime = new CriRuntime("/tmp/fl-there-is-no-such.sock");
            var options = new KubeletOptions { NodeName = "n", NodeIps = [], ContainerRuntimeEndpoint = "", RootDirectory = "", PodLogsDirectory = "", ContainerLogMaxSize = 10 };
            var rotation = new LogRotation(runtime, options, () => [], TimeProvider.System, _ => { });
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => rotation.RotateAsync(new() { Id = "c", Name = "c", SandboxId = "s", State = SeenState.Running, LogPath = path }, default));
            Assert.Equal("0123456789", await File.ReadAllTextAsync(path));
            Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!).Where(f => f.StartsWith(path, StringComparison.Ordinal)));
        }
        finally { File.Delete(path); }
    }

    [Fact]
    public async Task WhatComesIntoTheOldLogWhileItIsSentIsReadBeforeTheNewOne()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "2026-01-01T00:00:00.000000001Z stdout F one\n");
            // Its reader is slow: by then the log has grown and been put aside.
            using var output = new Slow(() =>
            {
                File.AppendAllText(path, "2026-01-01T00:00:01.000000001Z stdout F two\n");
                File.Move(path, path + ".1");
                File.WriteAllText(path, "2026-01-01T00:00:03.000000001Z stdout F 4\n");
                // The runtime has opened the new one and writes its last line to the old one.
                _ = Task.Delay(30).ContinueWith(_ => File.AppendAllText(path + ".1", "2026-01-01T00:00:02.000000001Z stdout F three\n"), TaskScheduler.Default);
            });
            await ContainerLog.CopyAsync(path, new LogOptions { Follow = true }, _ => Task.FromResult(false), output, default);
            Assert.Equal("one\ntwo\nthree\n4\n", Encoding.UTF8.GetString(output.ToArray()));
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".1");
        }
    }

    sealed class Slow(Action first) : MemoryStream
    {
        Action? then = first;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Interlocked.Exchange(ref then, null)?.Invoke();
            return base.FlushAsync(cancellationToken);
        }
    }
}
