using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Node.Images;

/// <summary>
/// Reads what is in an image archive before it is given to containerd: the tar file of `docker save` (manifest.json), or
/// the OCI image layout 1.1 (index.json), plain or compressed by gzip.
/// </summary>
public static class ImageArchive
{
    const int LongestDocument = 4 << 20;

    /// <summary>The references under which its images will be known, in the archive's order.</summary>
    /// <param name="archive">Seekable; its position afterwards is anywhere.</param>
    /// <exception cref="InvalidDataException">It is no image archive; the message completes "FILE …".</exception>
    public static IReadOnlyList<string> References(Stream archive)
    {
        JsonNode? index = null, manifest = null;
        try
        {
            using var tar = new TarReader(Unpacked(archive), leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                switch (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name)
                {
                    case "index.json": index = Read(entry); break;
                    case "manifest.json": manifest = Read(entry); break;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("is no tar file, or a damaged one");
        }
        if (index is null && manifest is null) throw new InvalidDataException("is a tar file, and no image: it has neither index.json nor manifest.json");
        string[] names = [.. Names(index, manifest).Distinct()];
        return names.Length > 0 ? names : throw new InvalidDataException("holds an image without a name: save it by its name and tag");
    }

    /// <summary>The tar file inside, for archives that are compressed by gzip, which has the magic number 1f 8b.</summary>
    public static Stream Unpacked(Stream archive)
    {
        archive.Position = 0;
        var compressed = archive.ReadByte() == 0x1f && archive.ReadByte() == 0x8b;
        archive.Position = 0;
        return compressed ? new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true) : archive;
    }

    // containerd takes index.json where both are there.
    static IEnumerable<string> Names(JsonNode? index, JsonNode? manifest)
    {
        try
        {
            return index is not null ? [.. (index["manifests"]?.AsArray() ?? []).Select(Name).OfType<string>()]
                : [.. manifest!.AsArray().SelectMany(m => m?["RepoTags"]?.AsArray() ?? []).Select(t => t?.GetValue<string>()).OfType<string>()];
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException("has a table of contents that no image has");
        }
    }

    /// <summary>The name that containerd wrote, or OCI's own where it is a whole reference and not a mere tag.</summary>
    static string? Name(JsonNode? descriptor)
    {
        var annotations = descriptor?["annotations"];
        if (annotations?["io.containerd.image.name"]?.GetValue<string>() is { } name) return name;
        return annotations?["org.opencontainers.image.ref.name"]?.GetValue<string>() is { } reference && reference.AsSpan().ContainsAny("/:@") ? reference : null;
    }

    static JsonNode? Read(TarEntry entry)
    {
        if (entry.Length > LongestDocument || entry.DataStream is null) throw new InvalidDataException();
        try
        {
            var text = new byte[entry.Length];
            entry.DataStream.ReadExactly(text);
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw new InvalidDataException();
        }
    }
}
