using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Api.Certificates;

/// <summary>A name of a subjectAltName extension (RFC 5280 §4.2.1.6).</summary>
/// <param name="Kind">Number of the choice: 1 e-mail, 2 DNS, 6 URI, 7 address.</param>
/// <param name="Encoded">The whole name in DER.</param>
public readonly record struct AlternativeName(int Kind, ReadOnlyMemory<byte> Encoded)
{
    /// <summary>A DNS name as it stands there, or an address in its usual form; null for other names, and for an address of a length that there is not.</summary>
    public string? Text => Kind switch
    {
        AlternativeNames.Dns => Encoding.ASCII.GetString(Content),
        AlternativeNames.Address when Content.Length is 4 or 16 => new IPAddress(Content).ToString(),
        _ => null,
    };

    ReadOnlySpan<byte> Content => AsnDecoder.ReadOctetString(Encoded.Span, AsnEncodingRules.DER, out _, new Asn1Tag(TagClass.ContextSpecific, Kind));
}

/// <summary>Reads and writes subjectAltName extensions. Pure.</summary>
public static class AlternativeNames
{
    public const int Email = 1, Dns = 2, Uri = 6, Address = 7;
    const string Oid = "2.5.29.17";

    /// <summary>The e-mail addresses, DNS names, URIs and addresses that a request asks for; none if it asks for none, or in no form that can be read.</summary>
    public static IReadOnlyList<AlternativeName> Of(CertificateRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var names = new List<AlternativeName>();
        try
        {
            foreach (var extension in request.CertificateExtensions.Where(e => e.Oid?.Value == Oid))
            {
                var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (sequence.HasData)
                {
                    var tag = sequence.PeekTag();
                    var encoded = sequence.ReadEncodedValue();
                    if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is Email or Dns or Uri or Address) names.Add(new(tag.TagValue, encoded));
                }
            }
        }
        catch (AsnContentException) { return []; }
        return names;
    }

    /// <summary>The extension that holds the names.</summary>
    public static X509Extension Extension(IReadOnlyList<AlternativeName> names, bool critical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in names) writer.WriteEncodedValue(name.Encoded.Span);
        }
        return new X509Extension(Oid, writer.Encode(), critical);
    }
}
