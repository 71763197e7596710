using System.Diagnostics;
using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using Fairlead.Json;
using Fairlead.Node.Images;
using Fairlead.Tests;

namespace Fairlead.Node.Tests;

/// <summary>A registry of the test's own on the loopback address, without TLS (OCI distribution specification 1.1).</summary>
sealed class DockerRegistry(string directory) : IAsyncDisposable
{
    public const string Program = "/usr/bin/docker-registry";
    const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    Process? process;

    /// <summary>Host and port, as image references begin.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Starts it, and returns when it answers.</summary>
    public async Task StartAsync()
    {
        Name = $"127.0.0.1:{FreePort.Next()}";
        http.BaseAddress = new($"http://{Name}");
        var config = Path.Combine(directory, "registry.yml");
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: {level: error, accesslog: {disabled: true} }
            storage: {filesystem: {rootdirectory: {{directory}}/blobs} }
            http: {addr: "{{Name}}"}
            """);
        process = Process.Start(new ProcessStartInfo(Program, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        for (var i = 0; ; i++)
        {
            try
            {
                Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v2/")).StatusCode);
                return;
            }
            catch (HttpRequestException) when (i < 200 && !process.HasExited) { await Task.Delay(50); }
        }
    }

    /// <summary>Pushes an image of one layer.</summary>
    /// <param name="reference">Repository and tag, as test:v1.</param>
    public async Task PushAsync(string reference, Action<LayerWriter> fill)
    {
        using var layer = new MemoryStream();
        using (var writer = new LayerWriter(layer)) fill(writer);
        using var archive = new MemoryStream();
        OciArchive.Write(archive, new ImageSpec { Reference = $"{Name}/{reference}", Command = ["sh"] }, layer);
        archive.Position = 0;
        var (repository, tag) = (reference.Split(':')[0], reference.Split(':')[1]);
        var blobs = new Dictionary<string, byte[]>();
        var manifest = "";
        using var tar = new TarReader(archive);
        while (tar.GetNextEntry() is { } entry)
        {
            var bytes = new byte[entry.Length];
            if (entry.DataStream is { } data) await data.ReadExactlyAsync(bytes);
            if (entry.Name == "index.json") manifest = JsonNode.Parse(bytes)!["manifests"]![0]!["digest"]!.GetValue<string>();
            if (entry.Name.StartsWith("blobs/", StringComparison.Ordinal)) blobs[entry.Name["blobs/".Length..].Replace('/', ':')] = bytes;
        }
        foreach (var (digest, bytes) in blobs.Where(b => b.Key != manifest))
        {
            using var begun = await http.PostAsync($"/v2/{repository}/blobs/uploads/", null);
            var place = new Uri(http.BaseAddress!, begun.Headers.Location!);
            await PutAsync($"{place}&digest={digest}", bytes, "application/octet-stream");
        }
        await PutAsync($"/v2/{repository}/manifests/{tag}", blobs[manifest], ManifestType);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    async Task PutAsync(string url, byte[] bytes, string type)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await http.PutAsync(url, content);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{url}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
