using System.Text;
using Fairlead.Node.Logs;

namespace Fairlead.Node.Tests;

public sealed class LogTests : IDisposable
{
    const string Text =
        "2026-01-01T00:00:00.000000001Z stdout F one\n" +
        "2026-01-01T00:00:01.000000001Z stderr F two\n" +
        "2026-01-01T00:00:02.000000001Z stdout P thr\n" +
        "2026-01-01T00:00:02.000000002Z stdout F ee\n" +
        "2026-01-01T00:00:03.000000001Z stdout F \n";

    readonly string path = Path.GetTempFileName();

    public LogTests() => File.WriteAllText(path, Text);

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("all", "one\ntwo\nthree\n\n")]
    [InlineData("tail0", "")]
    [InlineData("tail1", "\n")]
    [InlineData("tail2", "three\n\n")]
    [InlineData("tail99", "one\ntwo\nthree\n\n")]
    [InlineData("since", "three\n\n")]
    [InlineData("limit", "one\ntw")]
    [InlineData("stderr", "two\n")]
    [InlineData("times", "2026-01-01T00:00:00.000000001Z one\n2026-01-01T00:00:01.000000001Z two\n2026-01-01T00:00:02.000000001Z three\n2026-01-01T00:00:03.000000001Z \n")]
    public async Task Copies(string what, string expected)
    {
        var options = what switch
        {
            "since" => new LogOptions { Since = new(2026, 1, 1, 0, 0, 2, TimeSpan.Zero) },
            "limit" => new LogOptions { LimitBytes = 6 },
            "stderr" => new LogOptions { Stream = "Stderr" },
            "times" => new LogOptions { Timestamps = true },
            "all" => new LogOptions(),
            _ => new LogOptions { TailLines = long.Parse(what[4..]) },
        };
        using var output = new MemoryStream();
        await ContainerLog.CopyAsync(path, options, _ => Task.FromResult(false), output, default);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task FollowsUntilTheContainerEnds()
    {
        using var output = new MemoryStream();
        var asked = 0;
        await ContainerLog.CopyAsync(path, new LogOptions { Follow = true }, _ =>
        {
            if (asked++ == 0) File.AppendAllText(path, "2026-01-01T00:00:04.000000001Z stdout F last\n");
            return Task.FromResult(asked < 2);
        }, output, default);
        Assert.EndsWith("last\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task FollowsIntoTheNewFileWhenOneWasPutAside()
    {
        using var output = new MemoryStream();
        var asked = 0;
        await ContainerLog.CopyAsync(path, new LogOptions { Follow = true, TailLines = 0 }, _ =>
        {
            if (asked++ == 0)
            {
                File.Move(path, path + ".1");
                File.WriteAllText(path, "2026-01-01T00:00:04.000000001Z stdout F new\n");
            }
            return Task.FromResult(asked < 2);
        }, output, default);
        File.Delete(path + ".1");
        Assert.Equal("new\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
