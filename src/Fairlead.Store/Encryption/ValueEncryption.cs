using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Store.Encryption;

/// <summary>
/// Seals values on their way to the disk or to etcd and opens them on the way back. In memory they are as they are
/// served. The first rule that fits a key decides. Immutable; thread-safe.
/// </summary>
public sealed class ValueEncryption(IReadOnlyList<EncryptionRule> rules)
{
    static readonly IReadOnlyList<ValueCipher> Unencrypted = [ValueCipher.Identity];

    /// <summary>Nothing is encrypted.</summary>
    public static ValueEncryption None { get; } = new([]);

    /// <summary>Some values are encrypted.</summary>
    public bool IsAny => rules.Any(r => r.Ciphers[0].Mark.Length > 0);

    internal ReadOnlyMemory<byte> Seal(string key, ReadOnlyMemory<byte> plain) => CiphersFor(key)[0].Seal(key, plain);

    /// <exception cref="StoreUnavailableException">It can't be opened: the message says why.</exception>
    internal ReadOnlyMemory<byte> Open(string key, ReadOnlyMemory<byte> stored)
    {
        var isSealed = stored.Span.StartsWith("k8s:enc:"u8);
        foreach (var cipher in CiphersFor(key))
        {
            if (cipher.Mark.Length > 0 != isSealed || !stored.Span.StartsWith(cipher.Mark.Span)) continue;
            try { return cipher.Open(key, stored[cipher.Mark.Length..]); }
            catch (CryptographicException e)
            {
                throw new StoreUnavailableException($"the value of {key} can't be decrypted with {cipher.Name}: it is another key, or the value is damaged", e);
            }
        }
        throw new StoreUnavailableException(isSealed
            ? $"the value of {key} is encrypted with {SealedWith(stored.Span)}, which the encryption configuration does not have: add it to --encryption-provider-config"
            : $"the value of {key} is not encrypted, and the encryption configuration does not allow that: add provider identity as the last one", null);
    }

    IReadOnlyList<ValueCipher> CiphersFor(string key)
    {
        foreach (var rule in rules)
        {
            foreach (var prefix in rule.Prefixes)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal)) return rule.Ciphers;
            }
        }
        return Unencrypted;
    }

    // k8s:enc:PROVIDER:v1:KEY:...
    static string SealedWith(ReadOnlySpan<byte> stored)
    {
        var parts = Encoding.UTF8.GetString(stored[..Math.Min(stored.Length, 200)]).Split(':');
        return parts.Length > 5 ? $"{parts[2]} key \"{parts[4]}\"" : "an unknown provider";
    }
}
