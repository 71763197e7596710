using Fairlead.Linux;
using Fairlead.Linux.Files;

namespace Fairlead.Node.Statistics;

/// <summary>What a folder takes on its disk with all that is in it, as du(1) counts: blocks, and a file of several names once.</summary>
readonly record struct DiskUsage(long Bytes, long Inodes)
{
    public static DiskUsage operator +(DiskUsage a, DiskUsage b) => new(a.Bytes + b.Bytes, a.Inodes + b.Inodes);

    /// <summary>Nothing there counts as nothing; so does what goes while it is counted.</summary>
    public static DiskUsage Of(string folder)
    {
        var seen = new HashSet<ulong>();
        var sum = default(DiskUsage);
        var options = new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = true };
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out var path))
        {
            try
            {
                var (bytes, inode) = FileCalls.BlocksOf(path);
                if (!seen.Add(inode)) continue;
                sum += new DiskUsage(bytes, 1);
                var info = new DirectoryInfo(path);
                if (!info.Exists || info.LinkTarget is not null) continue;
                foreach (var inner in Directory.EnumerateFileSystemEntries(path, "*", options)) pending.Push(inner);
            }
            catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException) { }
        }
        return sum;
    }
}
