using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Store.Encryption;

/// <summary>One key of one provider of an EncryptionConfiguration. Immutable; thread-safe.</summary>
public abstract class ValueCipher
{
    /// <summary>What values that it sealed begin with: k8s:enc:PROVIDER:v1:KEY: as upstream writes it. Empty for identity.</summary>
    public ReadOnlyMemory<byte> Mark { get; }

    /// <summary>The provider and the key, for messages.</summary>
    public string Name { get; }

    ValueCipher(string provider, string key)
    {
        Name = key.Length == 0 ? provider : $"{provider} key \"{key}\"";
        Mark = key.Length == 0 ? default : Encoding.UTF8.GetBytes($"k8s:enc:{provider}:v1:{key}:");
    }

    /// <summary>Values as they are.</summary>
    public static ValueCipher Identity { get; } = new Plain();

    /// <summary>AES in Galois/Counter mode: 12 bytes of nonce, the text, 16 of tag; the value's key in the store is authenticated too.</summary>
    /// <exception cref="ArgumentException">The key is not 16, 24 or 32 bytes long.</exception>
    public static ValueCipher AesGcm(string name, byte[] key) => new Gcm(name, Checked(key));

    /// <summary>AES with cipher block chaining and PKCS #7 padding: 16 bytes of vector, the text.</summary>
    /// <exception cref="ArgumentException">As <see cref="AesGcm"/>.</exception>
    public static ValueCipher AesCbc(string name, byte[] key) => new Cbc(name, Checked(key));

    /// <summary>The value as it is stored, mark included.</summary>
    internal abstract ReadOnlyMemory<byte> Seal(string storeKey, ReadOnlyMemory<byte> plain);

    /// <summary>The value again.</summary>
    /// <param name="body">What follows the mark.</param>
    /// <exception cref="CryptographicException">Another key sealed it, or it is damaged.</exception>
    internal abstract ReadOnlyMemory<byte> Open(string storeKey, ReadOnlyMemory<byte> body);

    static byte[] Checked(byte[] key) => key.Length is 16 or 24 or 32 ? key : throw new ArgumentException($"an AES key has 16, 24 or 32 bytes, not {key.Length}");

    sealed class Plain() : ValueCipher("identity", "")
    {
        internal override ReadOnlyMemory<byte> Seal(string storeKey, ReadOnlyMemory<byte> plain) => plain;

        internal override ReadOnlyMemory<byte> Open(string storeKey, ReadOnlyMemory<byte> body) => body;
    }

    sealed class Gcm(string name, byte[] key) : ValueCipher("aesgcm", name)
    {
        const int Nonce = 12, Tag = 16;

        internal override ReadOnlyMemory<byte> Seal(string storeKey, ReadOnlyMemory<byte> plain)
        {
            var stored = new byte[Mark.Length + Nonce + plain.Length + Tag];
            Mark.CopyTo(stored);
            var body = stored.AsSpan(Mark.Length);
            RandomNumberGenerator.Fill(body[..Nonce]);
            using var aes = new AesGcm(key, Tag);
            aes.Encrypt(body[..Nonce], plain.Span, body[Nonce..^Tag], body[^Tag..], Encoding.UTF8.GetBytes(storeKey));
            return stored;
        }

        internal override ReadOnlyMemory<byte> Open(string storeKey, ReadOnlyMemory<byte> body)
        {
            if (body.Length < Nonce + Tag) throw new CryptographicException("it is too short");
            var plain = new byte[body.Length - Nonce - Tag];
            using var aes = new AesGcm(key, Tag);
            aes.Decrypt(body.Span[..Nonce], body.Span[Nonce..^Tag], body.Span[^Tag..], plain, Encoding.UTF8.GetBytes(storeKey));
            return plain;
        }
    }

    sealed class Cbc(string name, byte[] key) : ValueCipher("aescbc", name)
    {
        const int Vector = 16;

        internal override ReadOnlyMemory<byte> Seal(string storeKey, ReadOnlyMemory<byte> plain)
        {
            using var aes = Aes.Create();
            aes.Key = key;
            var stored = new byte[Mark.Length + Vector + aes.GetCiphertextLengthCbc(plain.Length)];
            Mark.CopyTo(stored);
            var body = stored.AsSpan(Mark.Length);
            RandomNumberGenerator.Fill(body[..Vector]);
            aes.EncryptCbc(plain.Span, body[..Vector], body[Vector..]);
            return stored;
        }

        internal override ReadOnlyMemory<byte> Open(string storeKey, ReadOnlyMemory<byte> body)
        {
            if (body.Length < Vector) throw new CryptographicException("it is too short");
            using var aes = Aes.Create();
            aes.Key = key;
            return aes.DecryptCbc(body.Span[Vector..], body.Span[..Vector]);
        }
    }
}
