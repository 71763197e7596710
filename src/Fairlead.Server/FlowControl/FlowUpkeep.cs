using System.Threading.Channels;
using Fairlead.Api.Errors;
using Fairlead.Api.FlowControl.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.FlowControl;

/// <summary>
/// What goes on beside the requests: every ten seconds the seats are divided anew, and whenever schemas or levels change
/// the condition Dangling of each schema says whether its level is missing. Mandatory objects that were deleted are made
/// again at once, suggested ones within a minute.
/// </summary>
/// <param name="ensure">Makes what is missing; told whether the mandatory objects will do.</param>
public sealed class FlowUpkeep(
    FlowPolicy policy, Verbs verbs, ResourceDefinition schemas, Func<bool, CancellationToken, Task> ensure, TimeProvider clock, Action<string> log)
{
    /// <summary>How often all that every cluster has is looked for, as upstream.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>How often seats are borrowed and given back, as upstream.</summary>
    static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>The owner of the status, as upstream.</summary>
    const string FieldManager = "api-priority-and-fairness-config-consumer-v1";

    readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation)
    {
        policy.OnChange(() => changes.Writer.TryWrite(true));
        changes.Writer.TryWrite(true);
        return Task.WhenAll(DivideAsync(cancellation), TellAsync(cancellation), EnsureAsync(cancellation));
    }

    async Task EnsureAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            try { await ensure(false, cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is not OperationCanceledException) { log($"FlowSchemas and PriorityLevelConfigurations could not be made and will be again in {Look}: {e.Message}"); }
        }
    }

    async Task DivideAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false)) policy.Divide();
    }

    async Task TellAsync(CancellationToken cancellation)
    {
        await foreach (var _ in changes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                await ensure(true, cancellation).ConfigureAwait(false);
                foreach (var (schema, isDangling) in policy.Schemas())
                {
                    if (!Says(schema, isDangling)) await TellAsync(schema, isDangling, cancellation).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log($"a FlowSchema, its status or a PriorityLevelConfiguration could not be written and will be again in {Retry}: {e.Message}");
                await Task.Delay(Retry, clock, cancellation).ConfigureAwait(false);
                changes.Writer.TryWrite(true);
            }
        }
    }

    async Task TellAsync(FlowSchema schema, bool isDangling, CancellationToken cancellation)
    {
        var context = WriteContext.Internal(schemas, null, schema.Metadata.Name) with { FieldManager = FieldManager };
        try
        {
            await verbs.Updating.UpdateAsync(context, ChangeScope.Status, obj =>
            {
                // What was resolved is told of the schema as it was then; if it leads elsewhere now, its own change tells.
                var level = (string?)obj["spec"]?["priorityLevelConfiguration"]?["name"];
                if (level == LevelOf(schema)) Set(obj, isDangling, LevelOf(schema), ObjectFields.Time(clock.GetUtcNow()));
                return obj;
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound) { } // it has gone
    }

    static bool Says(FlowSchema schema, bool isDangling)
    {
        var (status, reason, message) = Words(isDangling, LevelOf(schema));
        return schema.Status?.Conditions?.FirstOrDefault(c => c.Type == "Dangling") is { } told && told.Status == status && told.Reason == reason && told.Message == message;
    }

    static void Set(JsonObject schema, bool isDangling, string level, string now)
    {
        var (status, reason, message) = Words(isDangling, level);
        Conditions.Set(schema, "Dangling", status, reason, message, now);
    }

    static (string Status, string Reason, string Message) Words(bool isDangling, string level)
    {
        var about = $"This FlowSchema references the PriorityLevelConfiguration object named \"{level}\"";
        return isDangling ? ("True", "NotFound", $"{about} but there is no such object") : ("False", "Found", $"{about} and it exists");
    }

    static string LevelOf(FlowSchema schema) => schema.Spec?.PriorityLevelConfiguration?.Name ?? "";
}
