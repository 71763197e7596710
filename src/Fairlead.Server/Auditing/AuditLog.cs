using System.Globalization;
using Fairlead.Json;

namespace Fairlead.Server.Auditing;

/// <summary>
/// Events as lines of JSON in a file that is rotated by size: audit.log becomes audit-TIME.log. Writes are done when they
/// return, as upstream's blocking mode; any thread may write.
/// </summary>
public sealed class AuditLog : IDisposable
{
    const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss.fff";

    readonly AuditLogOptions options;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    Stream file;

    /// <exception cref="IOException">The file can't be opened. Likewise UnauthorizedAccessException.</exception>
    public AuditLog(AuditLogOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        file = options.Path == "-" ? Console.OpenStandardOutput() : Open();
    }

    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(JsonObject auditEvent)
    {
        var line = JsonTree.Write(auditEvent);
        lock (gate)
        {
            if (options.Path != "-" && file.Length > 0 && file.Length + line.Length + 1 > options.MaxBytes) Rotate();
            file.Write(line.Span);
            file.WriteByte((byte)'\n');
            file.Flush();
        }
    }

    public void Dispose()
    {
        lock (gate) file.Dispose();
    }

    FileStream Open()
    {
        if (Path.GetDirectoryName(options.Path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        var settings = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        // What is written may be secret: for the owner alone.
        if (!OperatingSystem.IsWindows()) settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(options.Path, settings);
    }

    void Rotate()
    {
        file.Dispose();
        try
        {
            var now = clock.GetUtcNow();
            while (File.Exists(Backup(now))) now = now.AddMilliseconds(1);
            File.Move(options.Path, Backup(now));
            Prune(now);
        }
        finally { file = Open(); }
    }

    void Prune(DateTimeOffset now)
    {
        var backups = Directory.EnumerateFiles(Folder, $"{Stem}-*{Path.GetExtension(options.Path)}")
            .Select(f => (File: f, Time: TimeOf(f))).Where(b => b.Time is not null).OrderByDescending(b => b.Time).ToList();
        for (var i = 0; i < backups.Count; i++)
        {
            var tooMany = options.MaxBackups > 0 && i >= options.MaxBackups;
            var tooOld = options.MaxAgeDays > 0 && now - backups[i].Time!.Value > TimeSpan.FromDays(options.MaxAgeDays);
            if (tooMany || tooOld) File.Delete(backups[i].File);
        }
    }

    string Folder => Path.GetDirectoryName(Path.GetFullPath(options.Path))!;
    string Stem => Path.GetFileNameWithoutExtension(options.Path);

    string Backup(DateTimeOffset time) => Path.Combine(Folder, $"{Stem}-{time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{Path.GetExtension(options.Path)}");

    DateTimeOffset? TimeOf(string backup) =>
        DateTimeOffset.TryParseExact(Path.GetFileNameWithoutExtension(backup)[(Stem.Length + 1)..], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
