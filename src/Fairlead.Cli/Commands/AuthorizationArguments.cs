using System.CommandLine;
using Fairlead.Client.Https;
using Fairlead.Server;
using Fairlead.Server.Authorization;
using Fairlead.Server.Reloading;

namespace Fairlead.Cli.Commands;

/// <summary>The options that say who decides what users may do: a file, or modes and one webhook. Upstream's names.</summary>
public static class AuthorizationArguments
{
    static readonly string[] Modes = [AuthorizerConfiguration.Node, AuthorizerConfiguration.Rbac];

    static readonly Option<string?> Config = new("--authorization-config") { Description = "A file of kind AuthorizationConfiguration: the authorizers in their order. Read again when it changes. Not beside --authorization-mode and --authorization-webhook-*." };
    static readonly Option<string?> Mode = new("--authorization-mode") { Description = "Authorizers in their order with commas: Node, RBAC, Webhook, AlwaysAllow, AlwaysDeny (default Node,RBAC, and Webhook if it has its file)." };
    static readonly Option<string?> Webhook = new("--authorization-webhook-config-file") { Description = "A kubeconfig of the server that is asked about what the roles do not allow." };
    static readonly Option<string?> Version = new("--authorization-webhook-version") { Description = "Of the SubjectAccessReview that it is asked with: v1 (default) or v1beta1." };
    static readonly Option<string?> Authorized = new("--authorization-webhook-cache-authorized-ttl") { Description = "How long its yes counts (default 5m)." };
    static readonly Option<string?> Unauthorized = new("--authorization-webhook-cache-unauthorized-ttl") { Description = "How long another answer does (default 30s)." };

    /// <summary>To be added to a command.</summary>
    public static IReadOnlyList<Option> All => [Config, Mode, Webhook, Version, Authorized, Unauthorized];

    /// <summary>The options with what the arguments add.</summary>
    /// <exception cref="CommandException">Something about them makes no sense, or a file can't be used.</exception>
    public static ApiServerOptions Add(ParseResult arguments, ApiServerOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(options);
        if (arguments.GetValue(Config) is not { } file) return options with { Authorization = OfFlags(arguments) };
        if (All.Skip(1).Any(option => arguments.GetResult(option) is { Implicit: false }))
            throw new CommandException("--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined.");
        var content = IdentityArguments.ReadFile(Config.Name, file);
        try
        {
            return options with
            {
                Authorization = AuthorizationConfiguration.Parse(content),
                ReloadedFiles = [.. options.ReloadedFiles, new ReloadedFile("authorization", file, content, (server, other) => server.UseAuthorization(AuthorizationConfiguration.Parse(other.Span)), log)],
            };
        }
        catch (FormatException e) { throw new CommandException($"--authorization-config {file}: {e.Message.TrimEnd('.')}."); }
    }

    static AuthorizationConfiguration OfFlags(ParseResult arguments)
    {
        var webhook = arguments.GetValue(Webhook) is { } file ? Asked(arguments, file) : null;
        var modes = arguments.GetValue(Mode)?.Split(',', StringSplitOptions.TrimEntries) ?? (webhook is null ? Modes : [.. Modes, AuthorizerConfiguration.WebhookType]);
        foreach (var mode in modes)
        {
            if (!AuthorizerConfiguration.Types.Contains(mode)) throw new CommandException($"--authorization-mode: \"{mode}\" is not a valid mode: there are {string.Join(", ", AuthorizerConfiguration.Types)}.");
            if (modes.Count(m => m == mode) > 1) throw new CommandException($"--authorization-mode: \"{mode}\" is named more than once.");
        }
        if (modes.Contains(AuthorizerConfiguration.WebhookType) && webhook is null) throw new CommandException("--authorization-mode Webhook needs --authorization-webhook-config-file: give both.");
        if (webhook is not null && !modes.Contains(AuthorizerConfiguration.WebhookType)) throw new CommandException("--authorization-webhook-config-file is for --authorization-mode Webhook, which is not among the modes: add it, or leave the file out.");
        return new([.. modes.Select(m => m == AuthorizerConfiguration.WebhookType ? new AuthorizerConfiguration(m, "default", webhook) : new(m, m.ToLowerInvariant()))]);
    }

    static AuthorizationWebhook Asked(ParseResult arguments, string file)
    {
        var version = arguments.GetValue(Version) ?? "v1";
        if (version is not ("v1" or "v1beta1")) throw new CommandException($"--authorization-webhook-version {version} is none: give v1 or v1beta1.");
        try
        {
            var usual = new AuthorizationWebhook(KubeconfigFile.Read(file)) { ReviewVersion = version };
            return usual with { AllowedLifetime = Lifetime(arguments, Authorized) ?? usual.AllowedLifetime, RefusedLifetime = Lifetime(arguments, Unauthorized) ?? usual.RefusedLifetime };
        }
        catch (InvalidDataException e) { throw new CommandException($"{Webhook.Name}: {e.Message}"); }
    }

    static TimeSpan? Lifetime(ParseResult arguments, Option<string?> option)
    {
        if (arguments.GetValue(option) is not { } text) return null;
        return Cel.DurationText.Parse(text) is { } nanos and >= 0 ? TimeSpan.FromTicks(nanos / TimeSpan.NanosecondsPerTick)
            : throw new CommandException($"{option.Name} {text} is no duration: give one such as 30s or 5m.");
    }
}
