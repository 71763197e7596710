namespace Fairlead.Node.Images;

/// <summary>What an image's containers start with (the config of the OCI image specification 1.1).</summary>
public sealed record ImageSpec
{
    /// <summary>The whole reference, such as fairlead.local/test:latest.</summary>
    public required string Reference { get; init; }
    public IReadOnlyList<string> Entrypoint { get; init; } = [];
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>User, or user:group, by name or number; empty for root.</summary>
    public string User { get; init; } = "";

    /// <exception cref="FormatException">The reference has no registry and path, or no tag.</exception>
    public static string CheckReference(string reference)
    {
        var slash = reference.LastIndexOf('/');
        var colon = reference.LastIndexOf(':');
        var name = colon > slash ? reference[..colon] : reference;
        var tag = colon > slash ? reference[(colon + 1)..] : "";
        var good = slash > 0 && tag.Length is > 0 and <= 128
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_' or '/' or ':')
            && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        return good ? reference : throw new FormatException(
            $"\"{reference}\" is not a whole image reference; write it as registry/name:tag in lower case, such as fairlead.local/app:v1");
    }
}
