using Fairlead.Api.Errors;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of paths within volumes.</summary>
static class PathRules
{
    public static bool HasBacksteps(string path) => path.Split('/').Contains("..");

    /// <summary>The path must stay below where it begins: relative, and without "..".</summary>
    public static void LocalDescending(string path, string field, FieldErrors errors)
    {
        if (path.StartsWith('/')) errors.Invalid(field, path, "must be a relative path");
        if (HasBacksteps(path)) errors.Invalid(field, path, "must not contain '..'");
    }

    /// <summary>As <see cref="LocalDescending"/>, and not beginning with "..", which marks the volume's own bookkeeping.</summary>
    public static void LocalNonReserved(string path, string field, FieldErrors errors)
    {
        LocalDescending(path, field, errors);
        if (path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal) && path != "..")
            errors.Invalid(field, path, "must not start with '..'");
    }
}
