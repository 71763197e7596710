using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fairlead.Json;

/// <summary>
/// A writer with the wire format's escaping over a buffer that its thread keeps for the next one: the library's writer asks
/// for three times what a string takes. Dispose it on the thread that took it.
/// </summary>
public readonly struct JsonScratch : IDisposable
{
    const int MostKept = 256 * 1024;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? kept;

    readonly ArrayBufferWriter<byte> buffer;

    JsonScratch(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer) => (this.buffer, Writer) = (buffer, writer);

    /// <summary>Writes what its caller vouches for to be JSON.</summary>
    public Utf8JsonWriter Writer { get; }

    public static JsonScratch Take()
    {
        if (kept is not { } free)
        {
            var buffer = new ArrayBufferWriter<byte>(16 * 1024);
            return new(buffer, new Utf8JsonWriter(buffer, Options));
        }
        kept = null;
        return new(free.Buffer, free.Writer);
    }

    /// <summary>What was written, in an array of its size.</summary>
    public byte[] ToArray()
    {
        Writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public void Dispose()
    {
        if (buffer.Capacity > MostKept) return;
        buffer.ResetWrittenCount();
        Writer.Reset(buffer);
        kept = (buffer, Writer);
    }
}
