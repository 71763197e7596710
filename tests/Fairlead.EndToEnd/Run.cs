using System.Diagnostics;

namespace Fairlead.EndToEnd;

/// <summary>What a finished process printed.</summary>
sealed record Finished(string Command, int Code, string Output, string Errors)
{
    /// <summary>The output, or a failed test with all that was said.</summary>
    public string Ok()
    {
        Assert.True(Code == 0, $"{Command} ended with {Code}\n{Output}\n{Errors}");
        return Output;
    }
}

/// <summary>Runs programs as a user would.</summary>
static class Run
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The folder with the start script.</summary>
    public static string Root { get; } = FindRoot();

    public static Task<Finished> FairleadAsync(params string[] arguments) => ProgramAsync(Path.Combine(Root, "fairlead"), arguments, null, null);

    /// <param name="input">For standard input, or null.</param>
    public static async Task<Finished> ProgramAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? input)
    {
        using var process = Start(program, arguments, environment);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Longest);
        try { await process.WaitForExitAsync(limit.Token); }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Longest}");
        }
        return new($"{Path.GetFileName(program)} {string.Join(' ', arguments)}", process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Asks again and again until the answer is not null, for at most so long.</summary>
    public static async Task<T> UntilAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> ask) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer) return answer;
            Assert.True(watch.Elapsed < atMost, $"{what}: not within {atMost.TotalSeconds} s");
            await Task.Delay(50);
        }
    }

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairlead.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Fairlead.slnx is in no folder above the tests");
        }
        return folder;
    }
}
