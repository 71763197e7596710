using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Builds the table of a kind's selectable fields.</summary>
static class Select
{
    /// <summary>String fields: the name in the selector and the path in the object.</summary>
    public static Dictionary<string, Func<JsonObject, string>> Fields(params (string Name, string Path)[] fields) =>
        fields.ToDictionary(f => f.Name, f => (Func<JsonObject, string>)(obj => obj.Text(f.Path)));
}
