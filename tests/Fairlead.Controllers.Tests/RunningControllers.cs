using System.Collections.Concurrent;
using Fairlead.Server;
using Fairlead.Server.Authentication;

namespace Fairlead.Controllers.Tests;

/// <summary>An API server with every controller at work on it.</summary>
public sealed class RunningControllers : IAsyncLifetime
{
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentQueue<string> log = new();
    Task controllers = Task.CompletedTask;

    public ApiUnderTest Api { get; private set; } = null!;
    public ControllersOptions Options { get; init; } = new() { RootCertificate = "-----BEGIN CERTIFICATE-----" };

    /// <summary>Completes the options that the server starts with; null for nothing.</summary>
    public Func<ApiServerOptions, ApiServerOptions>? Change { get; init; }

    public async ValueTask InitializeAsync()
    {
        Api = await ApiUnderTest.StartAsync(Change);
        controllers = Task.Run(() => ControllerRunner.RunAsync(
            Api.As(new("system:kube-controller-manager", [])), account => Api.As(UserInfo.ServiceAccount("kube-system", account)), Options, TimeProvider.System, log.Enqueue, stop.Token));
    }

    /// <summary>Cancels the controllers and waits until they have ended.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => controllers.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Api.DisposeAsync();
        stop.Dispose();
    }
}

[CollectionDefinition(nameof(RunningControllers))]
public sealed class RunningControllersCollection : ICollectionFixture<RunningControllers>;
