using System.Security.Cryptography;

namespace Fairlead.Server;

/// <summary>
/// Random UUIDs (RFC 9562, version 4) as strings, from the system's generator by the kilobyte: a call of the kernel for each
/// would be a fiftieth of what a create costs.
/// </summary>
public static class RandomId
{
    const int Size = 16, Kept = 64;

    [ThreadStatic] static byte[]? random;
    [ThreadStatic] static int left;

    /// <summary>The next one; of any thread.</summary>
    public static string Next()
    {
        random ??= new byte[Size * Kept];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(random);
            left = Kept;
        }
        var bytes = random.AsSpan(--left * Size, Size);
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
