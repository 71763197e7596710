namespace Fairlead.Api.Resources.Pods;

/// <summary>The tag of an image's name.</summary>
static class ImageTag
{
    /// <summary>True if the name asks for the tag latest, in so many words or by having neither tag nor digest.</summary>
    public static bool IsLatest(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var colon = name.LastIndexOf(':');
        var tag = colon > name.LastIndexOf('/') ? name[(colon + 1)..] : "";
        return tag == "latest" || (tag.Length == 0 && digest < 0);
    }
}
