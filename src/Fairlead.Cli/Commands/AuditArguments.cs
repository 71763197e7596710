using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Auditing;

namespace Fairlead.Cli.Commands;

/// <summary>The options that say which requests are recorded and where; with upstream's names and defaults.</summary>
public sealed class AuditArguments : IAsyncDisposable
{
    static readonly Option<string?> PolicyFile = new("--audit-policy-file") { Description = "A file of kind Policy (audit.k8s.io/v1): which requests are recorded. Without: none." };
    static readonly Option<string?> LogPath = new("--audit-log-path") { Description = "The file that they are written to; - for standard output." };
    static readonly Option<int> MaxAge = new("--audit-log-maxage") { Description = "Days for which rotated files are kept (default 0: for ever)." };
    static readonly Option<int> MaxBackup = new("--audit-log-maxbackup") { Description = "How many rotated files are kept (default 0: all)." };
    static readonly Option<int> MaxSize = new("--audit-log-maxsize") { Description = "MiB at which the file is rotated (default 0: 100)." };

    static readonly Option<string?> WebhookFile = new("--audit-webhook-config-file") { Description = "A kubeconfig of a server that they are sent to, in batches." };

    readonly AuditLog? log;
    readonly AuditWebhook? webhook;

    AuditArguments(AuditPolicy policy, AuditLog? log, AuditWebhook? webhook)
    {
        (this.log, this.webhook) = (log, webhook);
        webhook?.Start();
        Sink = (policy, Write);
    }

    /// <summary>To be added to a command.</summary>
    public static IReadOnlyList<Option> All => [PolicyFile, LogPath, MaxAge, MaxBackup, MaxSize, WebhookFile];

    /// <summary>What the server is given.</summary>
    public (AuditPolicy Policy, Action<JsonObject> Write) Sink { get; }

    /// <summary>Opens what the arguments ask for; null for nothing.</summary>
    /// <exception cref="CommandException">Something about them makes no sense, or a file can't be used.</exception>
    /// <param name="failed">Told of events that are lost.</param>
    public static AuditArguments? Open(ParseResult arguments, TimeProvider clock, Action<string> failed)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (file, path, peer) = (arguments.GetValue(PolicyFile), arguments.GetValue(LogPath), arguments.GetValue(WebhookFile));
        if (file is null && path is null && peer is null) return null;
        if (file is null || (path is null && peer is null))
            throw new CommandException("--audit-policy-file goes together with --audit-log-path or --audit-webhook-config-file: give it and one of them.");
        foreach (var limit in (Option<int>[])[MaxAge, MaxBackup, MaxSize])
        {
            if (arguments.GetValue(limit) < 0) throw new CommandException($"{limit.Name} {arguments.GetValue(limit)} is less than nothing: give 0 or more.");
        }
        var policy = Policy(file);
        var webhook = peer is null ? null : Webhook(peer, clock, failed);
        try { return new(policy, path is null ? null : new(LogOptions(arguments, path), clock), webhook); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"--audit-log-path {path} can't be written: {e.Message.TrimEnd('.')}."); }
    }

    static AuditPolicy Policy(string file)
    {
        try { return AuditPolicy.Parse(File.ReadAllBytes(file)); }
        catch (FormatException e) { throw new CommandException($"--audit-policy-file {file}: {e.Message.TrimEnd('.')}."); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"--audit-policy-file {file} can't be read: {e.Message.TrimEnd('.')}."); }
    }

    static AuditLogOptions LogOptions(ParseResult arguments, string path)
    {
        var size = arguments.GetValue(MaxSize);
        var options = new AuditLogOptions(path) { MaxAgeDays = arguments.GetValue(MaxAge), MaxBackups = arguments.GetValue(MaxBackup) };
        return size == 0 ? options : options with { MaxBytes = size * 1024L * 1024 };
    }

    static AuditWebhook Webhook(string file, TimeProvider clock, Action<string> failed)
    {
        try { return new(KubeconfigFile.Read(file), new(), clock, failed); }
        catch (InvalidDataException e) { throw new CommandException($"--audit-webhook-config-file: {e.Message}"); }
    }

    void Write(JsonObject auditEvent)
    {
        webhook?.Write(auditEvent);
        log?.Write(auditEvent);
    }

    public async ValueTask DisposeAsync()
    {
        if (webhook is not null) await webhook.DisposeAsync().ConfigureAwait(false);
        log?.Dispose();
    }
}
