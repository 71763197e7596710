using System.Diagnostics;

namespace Fairlead.Cli;

/// <summary>Runs one of the distribution's programs to its end.</summary>
public static class Tool
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <param name="limit">Half a minute if it is not given.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="CommandException">It is not there, failed, or took too long.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string input, CancellationToken cancellation, TimeSpan? limit = null)
    {
        if (Find(command[0]) is not { } path) throw new CommandException($"{command[0]} is not installed: run ./fairlead doctor to see what to install.");
        using var process = Process.Start(new ProcessStartInfo(path, command.Skip(1))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(limit ?? Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            await GiveAsync(process, input, bound.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(bound.Token).ConfigureAwait(false);
            if (process.ExitCode == 0) return await output.ConfigureAwait(false);
            throw new CommandException($"{string.Join(' ', command)} failed: {(await errors.ConfigureAwait(false)).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            cancellation.ThrowIfCancellationRequested();
            throw new CommandException($"{string.Join(' ', command)} took longer than {(limit ?? Limit).TotalSeconds:F0} s and was ended.");
        }
    }

    // A program may end without reading: what it has to say is in its errors and its exit code.
    static async Task GiveAsync(Process process, string input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException) { }
    }

    /// <summary>The path of a program; /usr/sbin is looked at even if PATH lacks it, as a user's often does.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin", "/usr/local/sbin"])
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
