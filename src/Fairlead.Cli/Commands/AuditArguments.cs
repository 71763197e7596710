using System.CommandLine;
using System.Text.Json.Nodes;
using Fairlead.Cli.Cluster;
using Fairlead.Server.Auditing;

namespace Fairlead.Cli.Commands;

/// <summary>The options that say which requests are recorded and where; with upstream's names and defaults.</summary>
public sealed class AuditArguments : IDisposable
{
    static readonly Option<string?> PolicyFile = new("--audit-policy-file") { Description = "A file of kind Policy (audit.k8s.io/v1): which requests are recorded. Without: none." };
    static readonly Option<string?> LogPath = new("--audit-log-path") { Description = "The file that they are written to; - for standard output." };
    static readonly Option<int> MaxAge = new("--audit-log-maxage") { Description = "Days for which rotated files are kept (default 0: for ever)." };
    static readonly Option<int> MaxBackup = new("--audit-log-maxbackup") { Description = "How many rotated files are kept (default 0: all)." };
    static readonly Option<int> MaxSize = new("--audit-log-maxsize") { Description = "MiB at which the file is rotated (default 0: 100)." };

    readonly AuditLog log;

    AuditArguments(AuditPolicy policy, AuditLog log)
    {
        this.log = log;
        Sink = (policy, log.Write);
    }

    /// <summary>To be added to a command.</summary>
    public static IReadOnlyList<Option> All => [PolicyFile, LogPath, MaxAge, MaxBackup, MaxSize];

    /// <summary>What the server is given.</summary>
    public (AuditPolicy Policy, Action<JsonObject> Write) Sink { get; }

    /// <summary>Opens what the arguments ask for; null for nothing.</summary>
    /// <exception cref="CommandException">Something about them makes no sense, or a file can't be used.</exception>
    public static AuditArguments? Open(ParseResult arguments, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (file, path) = (arguments.GetValue(PolicyFile), arguments.GetValue(LogPath));
        if (file is null && path is null) return null;
        if (file is null || path is null) throw new CommandException("--audit-policy-file and --audit-log-path go together: give both.");
        foreach (var limit in (Option<int>[])[MaxAge, MaxBackup, MaxSize])
        {
            if (arguments.GetValue(limit) < 0) throw new CommandException($"{limit.Name} {arguments.GetValue(limit)} is less than nothing: give 0 or more.");
        }
        var size = arguments.GetValue(MaxSize);
        try
        {
            var policy = AuditPolicy.Parse(File.ReadAllBytes(file));
            var options = new AuditLogOptions(path) { MaxAgeDays = arguments.GetValue(MaxAge), MaxBackups = arguments.GetValue(MaxBackup) };
            return new(policy, new(size == 0 ? options : options with { MaxBytes = size * 1024L * 1024 }, clock));
        }
        catch (FormatException e) { throw new CommandException($"--audit-policy-file {file}: {e.Message.TrimEnd('.')}."); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"--audit-policy-file {file} or --audit-log-path {path} can't be used: {e.Message.TrimEnd('.')}."); }
    }

    public void Dispose() => log.Dispose();
}
