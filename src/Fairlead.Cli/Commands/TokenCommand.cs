using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Cli.Traces;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Node.Joining;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead token …`: the tokens with which machines join, as kubeadm's command of the same name.</summary>
public static class TokenCommand
{
    static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Reach the cluster with this file (default the local cluster's own)." };

    static readonly Option<TimeSpan> TimeToLive = new("--ttl")
    {
        Description = "How long the token is good, as 30m, 24h or 7d; 0 for ever.",
        DefaultValueFactory = _ => TimeSpan.FromHours(24),
        CustomParser = result =>
        {
            if (ParseDuration(result.Tokens[0].Value) is { } duration) return duration;
            result.AddError($"--ttl {result.Tokens[0].Value} is no duration: give one such as 30m, 24h or 7d, or 0 for a token that never ends.");
            return default;
        },
    };

    static readonly Option<string> Description = new("--description") { Description = "What the token is for.", DefaultValueFactory = _ => "" };
    static readonly Option<bool> PrintJoin = new("--print-join-command") { Description = "Print the whole command that joins a machine." };
    static readonly Argument<string> Which = new("token") { Description = "The token, or its first half." };

    public static Command Create() => new("token", "Make, show and remove the tokens with which machines join.")
    {
        Make("create", "Make a token and print it.", CreateAsync, TimeToLive, Description, PrintJoin),
        Make("list", "Show the tokens.", ListAsync),
        Deletion(),
    };

    static Command Deletion()
    {
        var command = Make("delete", "Remove a token.", DeleteAsync);
        command.Add(Which);
        return command;
    }

    static Command Make(string name, string description, Func<ParseResult, KubeClient, CancellationToken, Task> action, params Option[] options)
    {
        var command = new Command(name, description) { ClusterArguments.Name, ClusterArguments.DataDir, Kubeconfig };
        foreach (var option in options) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var transport = Transport(arguments);
            try { await action(arguments, new(transport), cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is ApiException or HttpRequestException) { throw new CommandException($"{transport.Server.Authority}: {e.Message.TrimEnd('.')}."); }
            return 0;
        });
        return command;
    }

    static HttpsTransport Transport(ParseResult arguments)
    {
        try { return new(KubeconfigFile.Read(arguments.GetValue(Kubeconfig) ?? ClusterArguments.Existing(arguments).Kubeconfig)); }
        catch (InvalidDataException e) { throw new CommandException(e.Message); }
    }

    static async Task CreateAsync(ParseResult arguments, KubeClient client, CancellationToken cancellation)
    {
        var life = arguments.GetValue(TimeToLive);
        var token = BootstrapToken.New((alphabet, count) => RandomNumberGenerator.GetString(alphabet, count),
            life == TimeSpan.Zero ? null : DateTimeOffset.UtcNow + life, arguments.GetValue(Description)!);
        await client.CreateAsync(token.ToSecret(), cancellation).ConfigureAwait(false);
        if (!arguments.GetValue(PrintJoin))
        {
            Console.WriteLine(token.Text);
            return;
        }
        var options = KubeconfigFile.Read(arguments.GetValue(Kubeconfig) ?? ClusterArguments.Existing(arguments).Kubeconfig);
        Console.WriteLine($"fairlead agent --join {options.Server.Authority} --token {token.Text} --ca-hash {DiscoveredCluster.HashOf(options.Authority)}");
    }

    static async Task ListAsync(ParseResult arguments, KubeClient client, CancellationToken cancellation)
    {
        var secrets = await client.ListAsync<Secret>(BootstrapToken.Namespace, new ListOptions { FieldSelector = $"type={BootstrapToken.SecretType}" }, cancellation).ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        var tokens = secrets.Items.Select(BootstrapToken.Read).OfType<BootstrapToken>().OrderBy(t => t.Id, StringComparer.Ordinal);
        Console.Write(TextTable.Of(["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"], tokens.Select(t => new[]
        {
            t.Text, t.Expires is { } end ? Left(end - now) : "<forever>", t.Expires?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "<never>",
            string.Join(',', new[] { t.Authenticates ? "authentication" : "", t.Signs ? "signing" : "" }.Where(u => u.Length > 0)),
            t.Description.Length == 0 ? "<none>" : t.Description, string.Join(',', t.Groups),
        })));
    }

    static async Task DeleteAsync(ParseResult arguments, KubeClient client, CancellationToken cancellation)
    {
        var id = arguments.GetValue(Which)!.Split('.')[0];
        if (BootstrapToken.Split($"{id}.{new string('a', 16)}") is null) throw new CommandException($"\"{arguments.GetValue(Which)}\" is no token: give one as ./fairlead token list shows it, or its first six characters.");
        if (await client.FindAsync<Secret>(BootstrapToken.Namespace, BootstrapToken.SecretNameOf(id), cancellation).ConfigureAwait(false) is null)
            throw new CommandException($"There is no token {id}: see ./fairlead token list.");
        await client.DeleteAsync<Secret>(BootstrapToken.Namespace, BootstrapToken.SecretNameOf(id), new DeleteOptions(), cancellation).ConfigureAwait(false);
        Console.WriteLine($"bootstrap token \"{id}\" deleted");
    }

    static string Left(TimeSpan time) => time <= TimeSpan.Zero ? "<expired>" : time.TotalHours >= 1 ? $"{(int)time.TotalHours}h" : time.TotalMinutes >= 1 ? $"{time.Minutes}m" : $"{time.Seconds}s";

    /// <summary>Numbers with s, m, h or d behind them, as 1h30m; null for anything else.</summary>
    internal static TimeSpan? ParseDuration(string text)
    {
        if (text == "0") return TimeSpan.Zero;
        var (sum, digits) = (TimeSpan.Zero, "");
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) && digits.Length < 6)
            {
                digits += c;
                continue;
            }
            if (digits.Length == 0) return null;
            var count = int.Parse(digits, CultureInfo.InvariantCulture);
            TimeSpan? part = c switch { 's' => TimeSpan.FromSeconds(count), 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), 'd' => TimeSpan.FromDays(count), _ => null };
            if (part is null) return null;
            (sum, digits) = (sum + part.Value, "");
        }
        return digits.Length > 0 || text.Length == 0 ? null : sum;
    }
}
