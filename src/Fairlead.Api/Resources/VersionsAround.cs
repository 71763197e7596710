using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>One version of a built-in kind beside the stored one, and the ways there and back.</summary>
/// <param name="ApiVersion">What its apiVersion says.</param>
/// <param name="ToStored">Changes an object of the version into the stored form, apiVersion left aside.</param>
/// <param name="FromStored">Changes an object of the stored form into the version, apiVersion left aside.</param>
public sealed record OtherVersion(string ApiVersion, Action<JsonObject> ToStored, Action<JsonObject> FromStored)
{
    /// <summary>A version whose fields are those of the stored one.</summary>
    public static OtherVersion Same(string apiVersion) => new(apiVersion, _ => { }, _ => { });
}

/// <summary>Conversion of a built-in kind: each version knows the way to the stored form and back.</summary>
public static class VersionsAround
{
    /// <param name="stored">apiVersion of the stored form.</param>
    /// <param name="others">The other versions that are known, served or not.</param>
    public static VersionConversion Of(string stored, params IReadOnlyList<OtherVersion> others) => (objects, apiVersion, _) =>
    {
        foreach (var obj in objects)
        {
            var from = obj.Text("apiVersion");
            if (from == apiVersion) continue;
            if (from != stored) Known(others, from).ToStored(obj);
            if (apiVersion != stored) Known(others, apiVersion).FromStored(obj);
            obj["apiVersion"] = apiVersion;
        }
        return new(objects);
    };

    static OtherVersion Known(IReadOnlyList<OtherVersion> others, string apiVersion) => others.FirstOrDefault(o => o.ApiVersion == apiVersion)
        ?? throw new InvalidOperationException($"there is no way to or from {apiVersion}");
}
