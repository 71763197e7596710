using System.Buffers.Binary;
using System.Net;

namespace Fairlead.Cni;

/// <summary>
/// The Pod addresses of one node, and which are in use: one file for each address, named after it, holding the
/// attachment that has it. A lock file makes plug-in processes take turns. The file of an address is created before the
/// address is used, so a crash can leak an address (GC finds it) but never give one twice.
/// </summary>
sealed class AddressRange : IDisposable
{
    readonly string directory;
    readonly uint first, last;
    readonly FileStream turn;

    /// <summary>Waits for its turn, at most ten seconds.</summary>
    /// <exception cref="CniException">The directory can't be used, or the turn did not come.</exception>
    public AddressRange(string directory, IPNetwork range)
    {
        this.directory = directory;
        var start = Number(range.BaseAddress);
        Gateway = Address(start + 1);
        first = start + 2;
        last = start + (uint)((1UL << (32 - range.PrefixLength)) - 2);
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            turn = Lock(Path.Combine(directory, "lock"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniException.InputOutput, $"the address directory {directory} can't be used", e.Message);
        }
    }

    /// <summary>The first address of the range: the node's, towards its Pods.</summary>
    public IPAddress Gateway { get; }

    /// <summary>The address that the attachment has, or null.</summary>
    public IPAddress? Find(string attachment)
    {
        foreach (var (address, owner) in InUse())
        {
            if (owner == attachment) return address;
        }
        return null;
    }

    /// <summary>Takes the next free address after the one taken last, so that an address rests before it comes again.</summary>
    /// <exception cref="CniException">None is free, or it can't be written down.</exception>
    public IPAddress Take(string attachment)
    {
        var size = last - first + 1;
        var lastTaken = Path.Combine(directory, "last");
        var begin = File.Exists(lastTaken) && IPAddress.TryParse(File.ReadAllText(lastTaken), out var before) && Contains(before)
            ? Number(before) + 1 - first
            : 0;
        for (uint i = 0; i < size; i++)
        {
            // In 64 bits: a sum that wraps would try some addresses twice and others never.
            var address = Address(first + (uint)(((ulong)begin + i) % size));
            if (IsTaken(address)) continue;
            Write(address, attachment);
            File.WriteAllText(lastTaken, address.ToString());
            return address;
        }
        throw new CniException(CniException.TryAgainLater, $"all {size} addresses from {Address(first)} to {Address(last)} are in use");
    }

    /// <summary>Gives back every address of the attachment; none is fine.</summary>
    public void Release(string attachment) => ReleaseWhere(owner => owner == attachment);

    /// <summary>Gives back every address whose attachment the test names.</summary>
    public void ReleaseWhere(Func<string, bool> test)
    {
        foreach (var (address, owner) in InUse())
        {
            if (test(owner)) File.Delete(PathOf(address));
        }
    }

    /// <summary>Every address in use, with its attachment.</summary>
    public IEnumerable<(IPAddress Address, string Attachment)> InUse()
    {
        foreach (var file in Directory.GetFiles(directory))
        {
            if (IPAddress.TryParse(Path.GetFileName(file), out var address)) yield return (address, File.ReadAllText(file));
        }
    }

    /// <summary>Whether <see cref="Take"/> would find none.</summary>
    public bool IsFull => InUse().Count(used => Contains(used.Address)) > last - first;

    public void Dispose() => turn.Dispose();

    // An empty file is what a power cut may leave of one that was never used.
    bool IsTaken(IPAddress address) => new FileInfo(PathOf(address)) is { Exists: true, Length: > 0 };

    bool Contains(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && Number(address) is var n && n >= first && n <= last;

    string PathOf(IPAddress address) => Path.Combine(directory, address.ToString());

    // A file appears whole or not at all: one without its attachment would be found by no DEL.
    void Write(IPAddress address, string attachment)
    {
        var draft = Path.Combine(directory, "draft");
        try
        {
            File.WriteAllText(draft, attachment);
            File.Move(draft, PathOf(address), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniException.InputOutput, $"the address file {PathOf(address)} can't be written", e.Message);
        }
    }

    // Whoever holds the lock does so for milliseconds; on a machine whose Pods all start at once many stand before it.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // FileShare.None is flock(LOCK_EX | LOCK_NB): it is tried until the holder is done.
    static FileStream Lock(string path)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ; Thread.Sleep(5))
        {
            try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (Environment.TickCount64 > end) throw new CniException(CniException.TryAgainLater, $"{path} is held by another for more than {Patience.TotalSeconds} s", "a runtime tries again; if it stays so, look for a fairlead-cni process that hangs");
            }
        }
    }

    const int WouldBlock = 11; // EWOULDBLOCK

    static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    static IPAddress Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new(bytes);
    }
}
