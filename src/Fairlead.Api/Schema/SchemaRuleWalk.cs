using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Cel;
using Fairlead.Cel.Values;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// Holds an object against the rules of its schema (KEP-2876). Rules about a change are looked at where old and new value
/// can be told to be the same thing: fields, entries of maps, and elements of lists with keys. What did not change need not
/// meet a rule again (KEP-4008). One walk over one object; costs are counted over all of it.
/// </summary>
static class SchemaRuleWalk
{
    const int MaxMessage = 5 * 1024;

    /// <summary>Adds what does not meet its rules.</summary>
    /// <param name="old">The object before; null at a creation.</param>
    public static void Validate(JsonObject obj, JsonObject? old, SchemaNode schema, FieldErrors errors)
    {
        if (!schema.HasRules) return;
        var walk = new Walk(errors);
        walk.Visit(obj, old, old is not null, schema);
    }

    sealed class Walk(FieldErrors errors)
    {
        readonly FieldPath path = new();
        readonly CelCost cost = new();
        bool spent;

        /// <param name="correlated">True if old is what this value was before.</param>
        public void Visit(JsonNode? node, JsonNode? old, bool correlated, SchemaNode schema)
        {
            if (spent || !schema.HasRules || node is null) return;
            if (correlated && old is not null && JsonNode.DeepEquals(node, old) && path.Depth > 0) return;
            foreach (var rule in schema.Rules)
            {
                if (rule.IsTransition && !rule.OptionalOldSelf && (!correlated || old is null)) continue;
                if (!spent) Check(rule, node, correlated ? old : null, schema);
            }
            if (node is JsonObject obj) Fields(obj, correlated && !schema.AtomicMap ? old as JsonObject : null, schema);
            else if (node is JsonArray array && schema.Items is { HasRules: true } items) Elements(array, correlated ? old as JsonArray : null, schema, items);
        }

        void Fields(JsonObject obj, JsonObject? old, SchemaNode schema)
        {
            foreach (var (name, value) in obj)
            {
                var known = schema.Properties?.GetValueOrDefault(name);
                if ((known ?? schema.AdditionalProperties) is not { HasRules: true } field) continue;
                if (known is null) path.PushKey(name);
                else path.Push(name);
                Visit(value, old?[name], old?.ContainsKey(name) == true, field);
                path.Pop();
            }
        }

        void Elements(JsonArray array, JsonArray? old, SchemaNode schema, SchemaNode items)
        {
            for (var i = 0; i < array.Count; i++)
            {
                var before = schema.ListType == ListType.Map ? old?.FirstOrDefault(o => schema.ListMapKeys.All(k => JsonNode.DeepEquals(o?[k], array[i]?[k]))) : null;
                path.Push(i);
                Visit(array[i], before, before is not null, items);
                path.Pop();
            }
        }

        void Check(SchemaRule rule, JsonNode node, JsonNode? old, SchemaNode schema)
        {
            var oldValue = SchemaValues.Of(old, schema);
            var variables = new Dictionary<string, object?>
            {
                ["self"] = SchemaValues.Of(node, schema),
                ["oldSelf"] = !rule.OptionalOldSelf ? oldValue : old is null ? CelOptional.None : CelOptional.Of(oldValue),
            };
            cost.Next();
            try
            {
                var holds = rule.Program.Evaluate(variables, cost);
                if (holds is not true) Report(rule, Message(rule, variables), schema);
            }
            catch (CelException e)
            {
                spent = e.IsCost;
                var shown = e.IsCost && cost.Budget < 0 ? "validation failed due to running out of cost budget, no further validation rules will be run"
                    : e.IsCost ? $"'{e.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.Shown}"
                    : e.Message.StartsWith("no such overload", StringComparison.Ordinal)
                        ? $"'{e.Message}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}"
                        : $"{e.Message} evaluating rule: {rule.Shown}";
                Add(FieldErrorType.FieldValueInvalid, path.ToString(), shown, schema);
            }
        }

        string Message(SchemaRule rule, Dictionary<string, object?> variables)
        {
            if (rule.MessageProgram is { } program)
            {
                cost.Next();
                try
                {
                    if (program.Evaluate(variables, cost) is string text && text.Trim().Length > 0 && !text.AsSpan().ContainsAny('\n', '\r') && Encoding.UTF8.GetByteCount(text) <= MaxMessage)
                        return text.Trim();
                }
                catch (CelException e) { spent = e.IsCost; } // the fixed message stands in
            }
            return rule.Message.Trim() is { Length: > 0 } message ? message : $"failed rule: {rule.Text.Trim()}";
        }

        void Report(SchemaRule rule, string message, SchemaNode schema) => Add(rule.Reason switch
        {
            "FieldValueRequired" => FieldErrorType.FieldValueRequired,
            "FieldValueForbidden" => FieldErrorType.FieldValueForbidden,
            "FieldValueDuplicate" => FieldErrorType.FieldValueDuplicate,
            _ => FieldErrorType.FieldValueInvalid,
        }, path + Below(rule.FieldPath), message, schema);

        string Below(string fieldPath) => path.Depth == 0 ? fieldPath.TrimStart('.') : fieldPath;

        void Add(FieldErrorType type, string at, string message, SchemaNode schema)
        {
            var value = $"\"{schema.Type.ToString().ToLowerInvariant()}\"";
            if (at.Length == 0) at = "<nil>";
            if (type == FieldErrorType.FieldValueRequired) errors.Required(at, message);
            else if (type == FieldErrorType.FieldValueForbidden) errors.Forbidden(at, message);
            else errors.Add(type, at, type == FieldErrorType.FieldValueDuplicate ? $"Duplicate value: {value}" : $"Invalid value: {value}: {message}");
        }
    }
}
