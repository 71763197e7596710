using System.Collections.Concurrent;
using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Events;
using Fairlead.Node.Pods;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Images;

/// <summary>Sees to it that a container's image is on the node, by its pull policy. Thread-safe.</summary>
sealed class ImagePuller(CriRuntime runtime, KubeletEvents events, TimeProvider time) : IDisposable
{
    // Many pulls at a time only make each of them slower, and the runtime's own queue has no bound.
    readonly SemaphoreSlim pulls = new(5);
    readonly ConcurrentDictionary<string, (string Error, RestartBackoff Backoff)> failures = new(StringComparer.Ordinal);

    /// <returns>The image as the runtime has it.</returns>
    /// <exception cref="ImageException">It can't be had now.</exception>
    public async Task<Image> EnsureAsync(Pod pod, Container container, CancellationToken cancellation)
    {
        var name = WithTag(container.Image ?? "");
        var present = await runtime.ImageStatusAsync(name, cancellation).ConfigureAwait(false);
        switch (PullRules.Decide(name, container.ImagePullPolicy, present is not null))
        {
            case PullStep.Use:
                events.Record(pod, container, "Normal", "Pulled", $"Container image \"{container.Image}\" already present on machine");
                return present!;
            case PullStep.Forbidden:
                var message = $"Container image \"{container.Image}\" is not present with pull policy of Never";
                events.Record(pod, container, "Warning", "ErrImageNeverPull", message);
                throw new ImageException("ErrImageNeverPull", message);
            case PullStep.NotLoaded:
                // No back-off: to look costs nothing, and the Pod starts soon after the image is loaded.
                events.Record(pod, container, "Warning", "Failed", $"Failed to pull image \"{container.Image}\": {PullRules.NotLoaded(name)}");
                throw new ImageException("ErrImagePull", PullRules.NotLoaded(name));
            default:
                return await PullAsync(pod, container, name, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>When a pull that failed may be tried again.</summary>
    public TimeSpan Remaining(Container container) =>
        failures.TryGetValue(WithTag(container.Image ?? ""), out var failure)
            ? RestartBackoff.Remaining(failure.Backoff, failure.Backoff.UpdatedAt, time.GetUtcNow())
            : TimeSpan.Zero;

    async Task<Image> PullAsync(Pod pod, Container container, string name, CancellationToken cancellation)
    {
        if (failures.TryGetValue(name, out var failure) && Remaining(container) > TimeSpan.Zero)
        {
            events.Record(pod, container, "Normal", "BackOff", $"Back-off pulling image \"{container.Image}\"");
            throw new ImageException("ImagePullBackOff", $"Back-off pulling image \"{container.Image}\": {failure.Error}");
        }
        events.Record(pod, container, "Normal", "Pulling", $"Pulling image \"{container.Image}\"");
        var began = time.GetTimestamp();
        await pulls.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await runtime.PullImageAsync(name, null, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CriException or HttpRequestException)
        {
            var now = time.GetUtcNow();
            var text = e is CriException refused ? refused.Status : e.Message;
            failures[name] = ($"ErrImagePull: {text}", RestartBackoff.Next(failure.Backoff, now, now));
            events.Record(pod, container, "Warning", "Failed", $"Failed to pull image \"{container.Image}\": {text}");
            events.Record(pod, container, "Warning", "Failed", "Error: ErrImagePull");
            throw new ImageException("ErrImagePull", text);
        }
        finally { pulls.Release(); }
        failures.TryRemove(name, out _);
        var image = await runtime.ImageStatusAsync(name, cancellation).ConfigureAwait(false)
            ?? throw new ImageException("ErrImagePull", $"image \"{container.Image}\" is not there after its pull");
        events.Record(pod, container, "Normal", "Pulled",
            $"Successfully pulled image \"{container.Image}\" in {time.GetElapsedTime(began).TotalSeconds:0.###}s. Image size: {image.Size} bytes.");
        return image;
    }

    public void Dispose() => pulls.Dispose();

    /// <summary>The reference with the tag that is meant when none is written.</summary>
    internal static string WithTag(string image) =>
        image.Contains('@') || image[(image.LastIndexOf('/') + 1)..].Contains(':') ? image : image + ":latest";
}
