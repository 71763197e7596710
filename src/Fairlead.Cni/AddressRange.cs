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
        var start = BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
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
        var begin = File.Exists(lastTaken) && IPAddress.TryParse(File.ReadAllText(lastTaken), out var before)
            ? BinaryPrimitives.ReadUInt32BigEndian(before.GetAddressBytes()) + 1 - first
            : 0;
        for (uint i = 0; i < size; i++)
        {
            var address = Address(first + (begin + i) % size);
            if (!TryWrite(Path.Combine(directory, address.ToString()), attachment)) continue;
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
            if (test(owner)) File.Delete(Path.Combine(directory, address.ToString()));
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

    public void Dispose() => turn.Dispose();

    static bool TryWrite(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException) when (File.Exists(path)) { return false; }
        catch (IOException e)
        {
            throw new CniException(CniException.InputOutput, $"the address file {path} can't be written", e.Message);
        }
    }

    // FileShare.None is flock(LOCK_EX | LOCK_NB): it is tried until the holder, which holds it for milliseconds, is done.
    static FileStream Lock(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) when (attempt < 2000) { Thread.Sleep(5); }
        }
    }

    static IPAddress Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new(bytes);
    }
}
