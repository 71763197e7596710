using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>Takes fields out of an object.</summary>
static class FieldRemoval
{
    /// <summary>Removes each path of the set with all below it. What is owned as a whole is not looked into.</summary>
    public static void Remove(JsonObject obj, FieldSet fields, SchemaNode schema)
    {
        foreach (var node in fields.Nodes)
        {
            if (node.Element.Kind != PathKind.Field || !obj.TryGetPropertyValue(node.Element.Text, out var value)) continue;
            if (node.Member || IsEmptied(value, node.Children, Ownership.FieldOf(schema, node.Element.Text, out _))) obj.Remove(node.Element.Text);
        }
    }

    /// <summary>Removes below a value; true if that left nothing of it.</summary>
    static bool IsEmptied(JsonNode? value, FieldSet fields, SchemaNode schema)
    {
        switch (Ownership.GrainOf(value, schema))
        {
            case Grain.Fields:
                var obj = (JsonObject)value!;
                if (obj.Count == 0) return false;
                Remove(obj, fields, schema);
                return obj.Count == 0;
            case Grain.Elements:
                var array = (JsonArray)value!;
                if (array.Count == 0) return false;
                for (var i = array.Count - 1; i >= 0; i--)
                {
                    if (Ownership.ElementOf(array[i], schema, out _) is not { } step || fields.Find(step) is not { } node) continue;
                    if (node.Member || IsEmptied(array[i], node.Children, Ownership.ItemsOf(schema))) array.RemoveAt(i);
                }
                return array.Count == 0;
            default: return false;
        }
    }

    /// <summary>The set with every struct on the way to its paths: removing the last field of a struct removes the struct.</summary>
    public static FieldSet WithStructs(FieldSet fields, SchemaNode schema)
    {
        if (fields.IsEmpty) return fields;
        var nodes = new FieldSet.Node[fields.Nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = fields.Nodes[i];
            var named = false;
            var below = node.Element.Kind == PathKind.Field ? Ownership.FieldOf(schema, node.Element.Text, out named) : Ownership.ItemsOf(schema);
            nodes[i] = new(node.Element, node.Member || named, WithStructs(node.Children, below));
        }
        return new(nodes);
    }
}
