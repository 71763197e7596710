using System.Text;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Writes a header of several values as one line for each. HttpClient joins them by commas (HttpHeaders, which RFC 9110
/// §5.3 allows), but other API servers, as Go does, take a line for one value: two groups would become one.
/// For HTTP/1.1; to be given to SocketsHttpHandler as the encoding of that header.
/// </summary>
/// <param name="header">Name of the header.</param>
sealed class HeaderLines(string header) : Encoding
{
    /// <summary>Stands between values. No value may have it: see <see cref="FrontProxyHeaders"/>.</summary>
    public const char Separator = '\u0001';

    readonly byte[] next = Encoding.ASCII.GetBytes($"\r\n{header}: ");

    public override int GetByteCount(char[] chars, int index, int count)
    {
        var text = chars.AsSpan(index, count);
        return UTF8.GetByteCount(text) + text.Count(Separator) * (next.Length - 1);
    }

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        var at = byteIndex;
        var text = chars.AsSpan(charIndex, charCount);
        foreach (var part in text.Split(Separator))
        {
            if (part.Start.Value > 0)
            {
                next.CopyTo(bytes, at);
                at += next.Length;
            }
            at += UTF8.GetBytes(text[part], bytes.AsSpan(at));
        }
        return at - byteIndex;
    }

    public override int GetMaxByteCount(int charCount) => UTF8.GetMaxByteCount(charCount) + charCount * next.Length;

    public override int GetCharCount(byte[] bytes, int index, int count) => UTF8.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => UTF8.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);
}
