using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Json;

namespace Fairlead.Node.Images;

/// <summary>
/// Writes an image as a tar file in the layout of the OCI image specification 1.1, which containerd imports
/// (and docker and podman load). The same input gives the same bytes: times are zero and names are in order.
/// </summary>
public static class OciArchive
{
    const string ConfigType = "application/vnd.oci.image.config.v1+json";
    const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    const string LayerType = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>Writes the image whose files are those of the layers, tar files (see <see cref="LayerWriter"/>).</summary>
    /// <param name="output">Receives the archive; left open.</param>
    /// <param name="layers">The lowest first; seekable, each is read twice.</param>
    public static void Write(Stream output, ImageSpec spec, params IReadOnlyList<Stream> layers)
    {
        var layerDigests = layers.Select(DigestOf).ToArray();
        var config = Bytes(Config(spec, layerDigests));
        var configDigest = Digest(SHA256.HashData(config));
        var manifest = Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor(ConfigType, configDigest, config.Length),
            ["layers"] = new JsonArray([.. layers.Zip(layerDigests, (layer, digest) => Descriptor(LayerType, digest, layer.Length))]),
        });
        var manifestDigest = Digest(SHA256.HashData(manifest));
        var listed = Descriptor(ManifestType, manifestDigest, manifest.Length);
        listed["annotations"] = new JsonObject
        {
            ["io.containerd.image.name"] = spec.Reference,
            ["org.opencontainers.image.ref.name"] = spec.Reference[(spec.Reference.LastIndexOf(':') + 1)..],
        };
        var index = Bytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(listed) });

        using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        Add(tar, "oci-layout", new MemoryStream("""{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()));
        Add(tar, "index.json", new MemoryStream(index));
        Add(tar, Blob(manifestDigest), new MemoryStream(manifest));
        Add(tar, Blob(configDigest), new MemoryStream(config));
        foreach (var (layer, digest) in layers.Zip(layerDigests).DistinctBy(l => l.Second))
        {
            layer.Position = 0;
            Add(tar, Blob(digest), layer);
        }
    }

    static string DigestOf(Stream layer)
    {
        layer.Position = 0;
        return Digest(SHA256.HashData(layer));
    }

    static JsonObject Config(ImageSpec spec, string[] layerDigests) => new()
    {
        ["architecture"] = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            _ => "amd64",
        },
        ["os"] = "linux",
        ["config"] = new JsonObject
        {
            ["User"] = spec.User,
            ["Env"] = Strings(spec.Environment),
            ["Entrypoint"] = Strings(spec.Entrypoint),
            ["Cmd"] = Strings(spec.Command),
            ["WorkingDir"] = spec.WorkingDirectory,
        },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Strings(layerDigests) },
    };

    static JsonObject Descriptor(string mediaType, string digest, long size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };

    static JsonArray Strings(IReadOnlyList<string> values) => [.. values.Select(v => JsonValue.Create(v))];

    static void Add(TarWriter tar, string name, Stream content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            ModificationTime = DateTimeOffset.UnixEpoch,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        });

    static string Digest(byte[] hash) => "sha256:" + Convert.ToHexStringLower(hash);

    static string Blob(string digest) => "blobs/" + digest.Replace(':', '/');

    static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
