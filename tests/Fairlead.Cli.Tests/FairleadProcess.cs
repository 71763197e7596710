using System.Diagnostics;

namespace Fairlead.Cli.Tests;

/// <summary>Runs the program, or another one, as a user does, and gives back all that the user sees.</summary>
static class FairleadProcess
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    /// <summary>The folder with the program, next to the tests.</summary>
    public static string Folder => AppContext.BaseDirectory.TrimEnd('/');

    /// <summary>The root of the source tree.</summary>
    public static string Tree { get; } = FindTree();

    public static Task<Seen> RunAsync(params string[] arguments) => RunAsync(null, [Path.Combine(Folder, "fairlead"), .. arguments]);

    /// <param name="path">PATH for it, or null for this process's own.</param>
    public static async Task<Seen> RunAsync(string? path, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (path is not null) start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await output, await errors);
    }

    static string FindTree()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairlead.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the source tree.");
        return folder;
    }
}

/// <summary>What a process left behind for its user.</summary>
sealed record Seen(int ExitCode, string Output, string Errors)
{
    /// <summary>It failed, and what it says about it is this one sentence or line.</summary>
    public void FailsWith(string sentence)
    {
        Assert.Equal(("", sentence), (Output, Errors.TrimEnd('\n')));
        Assert.NotEqual(0, ExitCode);
    }

    /// <summary>It succeeded; its output is given.</summary>
    public string Succeeds()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Output}{Errors}");
        return Output;
    }
}
