using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Node.Tests;

/// <summary>The machine's kubectl, as the administrator of a test's API server.</summary>
sealed class Kubectl
{
    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);
    readonly string config;

    public Kubectl(string directory, int port, X509Certificate2 admin)
    {
        config = Path.Combine(directory, "kubeconfig");
        using var key = admin.GetECDsaPrivateKey()!;
        string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
        File.WriteAllText(config, $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:{{port}}", insecure-skip-tls-verify: true} }]
            users: [{name: u, user: {client-certificate-data: {{Encode(admin.ExportCertificatePem())}}, client-key-data: {{Encode(key.ExportPkcs8PrivateKeyPem())}} } }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            current-context: x
            """);
    }

    public static bool Exists => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, "kubectl")));

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(AtMost);
        await process.WaitForExitAsync().WaitAsync(AtMost);
        var error = await process.StandardError.ReadToEndAsync();
        return (process.ExitCode, process.ExitCode is 0 or 7 ? output : output + error);
    }

    /// <summary>The body of / through a forwarded port.</summary>
    public async Task<string> ForwardAsync(string pod, int port)
    {
        using var process = Start(["port-forward", pod, $":{port}", "--address", "127.0.0.1"]);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(AtMost) ?? await process.StandardError.ReadToEndAsync();
            Assert.StartsWith("Forwarding from 127.0.0.1:", line);
            using var http = new HttpClient();
            return await http.GetStringAsync($"http://{line["Forwarding from ".Length..].Split(' ')[0]}/").WaitAsync(AtMost);
        }
        finally { process.Kill(); }
    }

    /// <summary>The command line of a command.</summary>
    public string[] CommandLine(params string[] arguments) => ["kubectl", "--kubeconfig", config, .. arguments];

    Process Start(IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", config, .. arguments])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;
}
