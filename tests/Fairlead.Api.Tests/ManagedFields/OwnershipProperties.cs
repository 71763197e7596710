using Fairlead.Api.ManagedFields;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.ManagedFields;

/// <summary>Random histories of several managers, judged by <see cref="PlainOwnership"/>.</summary>
public sealed class OwnershipProperties
{
    static readonly SchemaNode Schema = SchemaReader.Read(typeof(Fairlead.Api.Core.V1.ConfigMap));

    [Fact]
    public void Random_histories_end_as_the_plain_version_says()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var run = 0; run < 500; run++) History(random, $"seed {seed} run {run}");
    }

    static void History(Random random, string name)
    {
        var (plain, live, managers) = (new PlainOwnership(), new JsonObject(), FieldManagers.None);
        for (var step = 0; step < 12; step++)
        {
            var (manager, force) = ($"m{random.Next(3)}", random.Next(3) == 0);
            var values = Enumerable.Range(0, random.Next(5)).Select(_ => $"k{random.Next(5)}").Distinct().ToDictionary(k => k, _ => $"{random.Next(2)}");
            var apply = managers.IsEmpty || random.Next(2) == 0;
            if (apply && live.Count == 0 && values.Count == 0) continue; // nothing would be owned
            var writer = new ManagerEntry(manager, apply, "v1", "", $"2030-01-01T00:00:{step:00}Z", FieldSet.Empty);
            var wanted = Map(values);
            if (apply)
            {
                var outcome = ServerSideApply.Apply(live, wanted, managers, Schema, writer, FieldSet.Empty, force);
                var conflicts = plain.Apply(manager, values, force);
                Assert.Equal(conflicts.Select(k => $".data.{k}").Order(), outcome.Conflicts.Select(c => c.Path).Order());
                if (conflicts.Count == 0) (live, managers) = (outcome.Object, outcome.Managers);
            }
            else
            {
                managers = FieldTracking.Updated(managers, ObjectComparison.Of(live, wanted, Schema), writer);
                plain.Update(manager, values);
                live = wanted;
            }
            Compare(plain, live, managers, $"{name} step {step}");
            if (managers.IsEmpty) return; // from here on nothing is tracked
        }
    }

    static JsonObject Map(Dictionary<string, string> values)
    {
        var obj = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "c" } };
        if (values.Count > 0) obj["data"] = new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value))));
        return obj;
    }

    static void Compare(PlainOwnership plain, JsonObject live, FieldManagers managers, string name)
    {
        var values = string.Join(' ', (live["data"] as JsonObject ?? []).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));
        Assert.True(values == string.Join(' ', plain.Values.Select(v => $"{v.Key}={v.Value}")), $"{name}: {values}");
        var owners = string.Join(' ', managers.Entries.OrderBy(e => (e.Manager, e.Applied)).Select(e => $"{e.Manager}{e.Applied}:{string.Join(',', e.Fields.Paths())}"));
        var expected = string.Join(' ', plain.Owners.Select(o => $"{o.Key.Manager}{o.Key.Applied}:{string.Join(',', o.Value.Select(k => $".data.{k}"))}"));
        Assert.True(owners == expected, $"{name}: {owners} and not {expected}");
    }
}
