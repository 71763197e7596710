using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>The conditions of a CustomResourceDefinition and the names it has been given.</summary>
public static class DefinitionStatus
{
    /// <summary>Holds a definition that is being deleted until the objects of its kind are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>Whether the condition is there and True.</summary>
    public static bool IsTrue(JsonObject definition, string type) => Condition(definition, type).Text("status") == "True";

    /// <summary>Sets a condition; the time of its last transition changes with its status only.</summary>
    /// <returns>False if it was so already.</returns>
    public static bool SetCondition(JsonObject definition, string type, bool holds, string reason, string message, string now)
    {
        var status = holds ? "True" : "False";
        var found = Condition(definition, type);
        if (found.Text("status") == status && found.Text("reason") == reason && found.Text("message") == message) return false;
        var since = found.Text("status") == status ? found.Text("lastTransitionTime") : now;
        var condition = new JsonObject { ["type"] = type, ["status"] = status, ["lastTransitionTime"] = since, ["reason"] = reason, ["message"] = message };
        var root = definition.Make("status");
        if (root["conditions"] is not JsonArray conditions) root["conditions"] = conditions = [];
        if (found is null) conditions.Add((JsonNode)condition);
        else conditions[conditions.IndexOf(found)] = condition;
        return true;
    }

    /// <summary>
    /// Gives the definition the names that no other of its group has taken, and the conditions NamesAccepted and
    /// Established that follow. One that is established stays so.
    /// </summary>
    /// <param name="others">The other definitions of the group.</param>
    /// <returns>False if nothing changed.</returns>
    public static bool Accept(JsonObject definition, IReadOnlyList<JsonObject> others, string now)
    {
        var asked = definition.At("spec.names") as JsonObject ?? [];
        var has = (definition.At("status.acceptedNames") as JsonObject)?.DeepClone() as JsonObject ?? [];
        var taken = others.Select(o => o.At("status.acceptedNames")).ToList();
        var resources = taken.SelectMany(t => t.Texts("shortNames").Append(t.Text("plural")).Append(t.Text("singular"))).ToHashSet(StringComparer.Ordinal);
        var kinds = taken.SelectMany(t => (string[])[t.Text("kind"), t.Text("listKind")]).ToHashSet(StringComparer.Ordinal);
        var names = (JsonObject)has.DeepClone();
        var (reason, message) = ("NoConflicts", "no conflicts found");
        foreach (var (field, used, conflict) in new[] { ("plural", resources, "PluralConflict"), ("singular", resources, "SingularConflict"),
            ("shortNames", resources, "ShortNamesConflict"), ("kind", kinds, "KindConflict"), ("listKind", kinds, "ListKindConflict") })
        {
            var wanted = asked[field] is JsonArray ? asked.Texts(field) : asked.Text(field) is { Length: > 0 } one ? [one] : (IReadOnlyList<string>)[];
            var mine = has[field] is JsonArray ? has.Texts(field) : [has.Text(field)];
            var clashes = wanted.Where(w => !mine.Contains(w) && used.Contains(w)).Select(w => $"\"{w}\" is already in use").ToList();
            if (clashes.Count > 0) (reason, message) = (conflict, clashes.Count == 1 ? clashes[0] : $"[{string.Join(", ", clashes)}]");
            else Put(names, field, asked[field]);
        }
        Put(names, "categories", asked["categories"]);
        var changed = !JsonNode.DeepEquals(names, has);
        if (changed) definition.Make("status")["acceptedNames"] = names;
        var accepted = reason == "NoConflicts";
        changed |= SetCondition(definition, "NamesAccepted", accepted, reason, message, now);
        if (accepted) changed |= SetCondition(definition, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now);
        else if (!IsTrue(definition, "Established")) changed |= SetCondition(definition, "Established", false, "NotAccepted", "not all names are accepted", now);
        return changed;
    }

    static JsonObject? Condition(JsonObject definition, string type) => definition.Objects("status.conditions").FirstOrDefault(c => c.Text("type") == type);

    static void Put(JsonObject names, string field, JsonNode? value)
    {
        if (value is null) names.Remove(field);
        else names[field] = value.DeepClone();
    }
}
