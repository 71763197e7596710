using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Api.Certificates;

/// <summary>A name of a subjectAltName extension (RFC 5280 §4.2.1.6).</summary>
/// <param name="Kind">Number of the choice: 1 e-mail, 2 DNS, 6 URI, 7 address.</param>
/// <param name="Encoded">The whole name in DER.</param>
public readonly record struct AlternativeName(int Kind, ReadOnlyMemory<byte> Encoded);

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
