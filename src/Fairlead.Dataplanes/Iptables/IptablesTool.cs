using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Runs iptables-restore and iptables-save of one variant, in the network namespace of the calling thread: a process is a
/// child of the thread that starts it. Holds no state; any thread may use it.
/// </summary>
public sealed class IptablesTool(IptablesVariant variant)
{
    // The legacy variant takes one lock for the whole machine, however many namespaces; another program may hold it.
    const string LockWaitSeconds = "30";
    static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    public IptablesVariant Variant => variant;

    string Suffix => variant == IptablesVariant.Legacy ? "legacy" : "nft";

    /// <summary>Whether this machine has the variant's programs.</summary>
    public static bool IsInstalled(IptablesVariant variant) =>
        IptablesFamily.Both.All(f => Find($"{f.Program}-{new IptablesTool(variant).Suffix}-restore") is not null);

    /// <summary>
    /// Runs commands in the language of iptables-restore. Chains and rules that they do not name stay; a chain that they
    /// declare is emptied first. Each table's part takes effect as a whole or not at all.
    /// </summary>
    /// <exception cref="DataplaneException">The program refused; the message holds its words and the line it refused.</exception>
    public void Restore(IptablesFamily family, string commands) => Restore(family, writer => writer.Write(commands), line => LineOf(commands, line));

    /// <summary>The same for commands too many to be one string.</summary>
    public void Restore(IptablesFamily family, Action<TextWriter> write) => Restore(family, write, _ => "");

    /// <summary>A whole table as iptables-save prints it; empty if the kernel does not have it.</summary>
    /// <param name="table">"nat", "filter", …; null: those that are in use.</param>
    /// <exception cref="DataplaneException">The program failed.</exception>
    public string Save(IptablesFamily family, string? table)
    {
        var program = $"{family.Program}-{Suffix}-save";
        using var process = Start(program, table is null ? [] : ["-t", table]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        End(process, program);
        return process.ExitCode == 0 ? text : throw new DataplaneException($"{program}: {Words(errors.Result)}");
    }

    /// <summary>What `iptables --version` says, with the variant that is the machine's own in brackets; empty if there is none.</summary>
    public static string Version()
    {
        if (Find("iptables") is null) return "";
        using var process = Start("iptables", ["--version"]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        End(process, "iptables");
        _ = errors.Result;
        return text;
    }

    void Restore(IptablesFamily family, Action<TextWriter> write, Func<int, string> lineOf)
    {
        var program = $"{family.Program}-{Suffix}-restore";
        using var process = Start(program, ["--noflush", "-w", LockWaitSeconds]);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            // The process's own writer makes a system call of every piece.
            using var writer = new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(false), 1 << 16);
            write(writer);
        }
        catch (IOException)
        {
            // It refused a line and is gone before it has read the rest; what it has to say follows.
        }
        End(process, program);
        _ = output.Result;
        if (process.ExitCode == 0) return;
        var words = Words(errors.Result);
        throw new DataplaneException($"{program}: {words}{lineOf(RefusedLine(words))}");
    }

    static Process Start(string program, IEnumerable<string> arguments)
    {
        var path = Find(program) ?? throw new DataplaneException($"{program} is not installed.");
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DataplaneException($"{program}: {e.Message}", e);
        }
    }

    static void End(Process process, string program)
    {
        if (process.WaitForExit(LongestRun)) return;
        process.Kill();
        throw new DataplaneException($"{program} has not ended after {LongestRun.TotalMinutes} minutes.");
    }

    // A user's PATH often lacks the folders of the superuser.
    static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin", "/usr/local/sbin"])
        .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>What a program said, without the warning that the other variant's tables are in use too.</summary>
    static string Words(string errors) =>
        string.Join(' ', errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.StartsWith('#')));

    /// <summary>The number in "line 12 failed" or "Error occurred at line: 12"; 0 if there is none.</summary>
    static int RefusedLine(string words)
    {
        var at = words.LastIndexOf("line", StringComparison.Ordinal);
        if (at < 0) return 0;
        var digits = words.AsSpan(at + 4).TrimStart(": ");
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], out var number) ? number : 0;
    }

    static string LineOf(string commands, int number)
    {
        if (number <= 0) return "";
        return commands.Split('\n').ElementAtOrDefault(number - 1) is { } line ? $" ({line})" : "";
    }
}
