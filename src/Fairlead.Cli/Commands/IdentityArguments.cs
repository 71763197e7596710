using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Cli.Cluster;
using Fairlead.Client.Https;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authentication.Oidc;
using Fairlead.Server.Reloading;
using Fairlead.Server.Webhooks;

namespace Fairlead.Cli.Commands;

/// <summary>The options that say who else knows users: issuers, a webhook, a front proxy. Upstream's names.</summary>
public static class IdentityArguments
{
    static readonly Option<string?> Config = new("--authentication-config") { Description = "A file of kind AuthenticationConfiguration: the issuers whose tokens are taken, and who is let in without credentials. Its issuers are read again when it changes." };
    static readonly Option<bool> Anonymous = new("--anonymous-auth") { Description = "Whether requests without credentials are those of system:anonymous; else they are refused.", DefaultValueFactory = _ => true };
    static readonly Option<string?> OidcIssuer = new("--oidc-issuer-url") { Description = "The issuer whose tokens are taken; an https URL. Not beside --authentication-config." };
    static readonly Option<string?> OidcClient = new("--oidc-client-id") { Description = "For whom its tokens must be (aud)." };
    static readonly Option<string?> OidcAuthority = new("--oidc-ca-file") { Description = "The CA of its certificate (default those of the machine)." };
    static readonly Option<string> OidcUsername = new("--oidc-username-claim") { Description = "The claim that is the user's name.", DefaultValueFactory = _ => "sub" };
    static readonly Option<string?> OidcUsernamePrefix = new("--oidc-username-prefix") { Description = "What is put before it (default the issuer and #; - for nothing)." };
    static readonly Option<string?> OidcGroups = new("--oidc-groups-claim") { Description = "The claim that names the user's groups." };
    static readonly Option<string> OidcGroupsPrefix = new("--oidc-groups-prefix") { Description = "What is put before each.", DefaultValueFactory = _ => "" };
    static readonly Option<string> OidcAlgorithms = new("--oidc-signing-algs") { Description = "Algorithms with commas between them.", DefaultValueFactory = _ => "RS256" };
    static readonly Option<string[]> OidcRequired = new("--oidc-required-claim") { Description = "CLAIM=VALUE that a token must say; may be repeated." };
    static readonly Option<string?> TokenWebhook = new("--authentication-token-webhook-config-file") { Description = "A kubeconfig of the server that is asked whose a token is." };
    static readonly Option<string?> ProxyAuthority = new("--requestheader-client-ca-file") { Description = "The CA of the proxy whose headers X-Remote-* are believed." };
    static readonly Option<string?> ProxyNames = new("--requestheader-allowed-names") { Description = "Common names that its certificate may have, with commas (default any)." };

    static readonly Option<string?> ProxyClient = new("--proxy-client-cert-file") { Description = "The certificate by which other API servers know this one (default one of the cluster's own front-proxy-ca)." };
    static readonly Option<string?> ProxyClientKey = new("--proxy-client-key-file") { Description = "Its key." };

    static readonly Option<string?> KubeletAuthority = new("--kubelet-certificate-authority") { Description = "The CA that the certificates of nodes must come from (default: they are not checked)." };

    /// <summary>To be added to a command.</summary>
    public static IReadOnlyList<Option> All =>
    [
        Config, Anonymous, OidcIssuer, OidcClient, OidcAuthority, OidcUsername, OidcUsernamePrefix, OidcGroups, OidcGroupsPrefix, OidcAlgorithms, OidcRequired,
        TokenWebhook, ProxyAuthority, ProxyNames, ProxyClient, ProxyClientKey, KubeletAuthority,
    ];

    /// <summary>The options with what the arguments add.</summary>
    /// <exception cref="CommandException">Something about them makes no sense, or a file can't be used.</exception>
    public static ApiServerOptions Add(ParseResult arguments, ApiServerOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(options);
        var content = arguments.GetValue(Config) is { } file ? ReadFile(Config.Name, file) : null;
        var configured = Configured(arguments, content);
        var issuers = new ReplaceableTokens(Authenticators(configured.Issuers));
        var tokens = options.Tokens.Append(issuers);
        if (Webhook(arguments, TokenWebhook) is { } known) tokens = tokens.Append(new WebhookTokens(known, options.TokenIssuer?.Audience, options.Clock, log));
        return options with
        {
            Tokens = [.. tokens],
            Anonymous = configured.Anonymous ?? new(arguments.GetValue(Anonymous)),
            ReloadedFiles = content is null ? options.ReloadedFiles : [.. options.ReloadedFiles, new ReloadedFile("authentication", arguments.GetValue(Config)!, content, Reload, log)],
            RequestHeaders = Proxies(arguments, options.RequestHeaders),
            NodeAuthorities = arguments.GetValue(KubeletAuthority) is { } authority ? Certificates(KubeletAuthority.Name, authority) : options.NodeAuthorities,
            ProxyClientCertificate = ProxyCertificate(arguments) ?? options.ProxyClientCertificate,
        };

        IReadOnlyList<ITokenAuthenticator> Authenticators(IReadOnlyList<JwtIssuer> known) => [.. known.Select(i => new JwtAuthenticator(i, options.Clock, log))];

        void Reload(ApiServer server, ReadOnlyMemory<byte> other)
        {
            var read = AuthenticationConfiguration.Parse(other.Span);
            issuers.Use(Authenticators(read.Issuers));
            if (!Same(read.Anonymous, configured.Anonymous)) log("who is let in without credentials (anonymous) has changed in the authentication configuration; that counts when the server is started again");
        }
    }

    /// <summary>The proxy that the arguments name, beside the cluster's own: other API servers are told of both.</summary>
    static RequestHeaderOptions? Proxies(ParseResult arguments, RequestHeaderOptions? own)
    {
        if (arguments.GetValue(ProxyAuthority) is not { } file) return own;
        var (authorities, names) = (Certificates("--requestheader-client-ca-file", file), List(arguments.GetValue(ProxyNames)));
        // Its own certificate is not shown then: whoever brings both brings the whole front proxy.
        if (own is null || arguments.GetValue(ProxyClient) is not null) return new(authorities) { AllowedNames = names };
        return new([.. authorities, .. own.Authorities]) { AllowedNames = names.Length == 0 ? names : [.. names, .. own.AllowedNames] };
    }

    static X509Certificate2? ProxyCertificate(ParseResult arguments)
    {
        var (file, key) = (arguments.GetValue(ProxyClient), arguments.GetValue(ProxyClientKey));
        if (file is null != key is null) throw new CommandException("--proxy-client-cert-file and --proxy-client-key-file go together: give both.");
        if (file is null) return null;
        var (certificate, secret) = (ReadFile(ProxyClient.Name, file), ReadFile(ProxyClientKey.Name, key!));
        try { return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(secret)); }
        catch (CryptographicException e) { throw new CommandException($"--proxy-client-cert-file {file} and --proxy-client-key-file {key} are no certificate and its key in PEM: {e.Message.TrimEnd('.')}."); }
    }

    static bool Same(AnonymousAccess? one, AnonymousAccess? other) => one?.IsEnabled == other?.IsEnabled && (one?.Paths ?? []).SequenceEqual(other?.Paths ?? []);

    /// <param name="content">Of the file of --authentication-config; null: there is none.</param>
    static AuthenticationConfiguration Configured(ParseResult arguments, byte[]? content)
    {
        var (file, url, client) = (arguments.GetValue(Config), arguments.GetValue(OidcIssuer), arguments.GetValue(OidcClient));
        if (url is null != client is null) throw new CommandException("--oidc-issuer-url and --oidc-client-id go together: give both.");
        if (file is not null && url is not null) throw new CommandException("--authentication-config and --oidc-issuer-url exclude each other: give one.");
        try
        {
            if (content is not null)
            {
                var read = AuthenticationConfiguration.Parse(content);
                return read.Anonymous is null || arguments.GetResult(Anonymous) is not { Implicit: false } ? read
                    : throw new FormatException("--anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file");
            }
            if (url is null || client is null) return new([], null);
            var authority = arguments.GetValue(OidcAuthority) is { } pem ? Encoding.UTF8.GetString(ReadFile("--oidc-ca-file", pem)) : null;
            return new([AuthenticationConfiguration.OfFlags(url, client, authority, arguments.GetValue(OidcUsername)!, arguments.GetValue(OidcUsernamePrefix),
                arguments.GetValue(OidcGroups), arguments.GetValue(OidcGroupsPrefix)!, List(arguments.GetValue(OidcAlgorithms)), [.. (arguments.GetValue(OidcRequired) ?? []).Select(Required)])], null);
        }
        catch (FormatException e) { throw new CommandException($"{(file is null ? "" : $"--authentication-config {file}: ")}{e.Message.TrimEnd('.')}."); }
    }

    static (string, string) Required(string text) => text.Split('=', 2) is [{ Length: > 0 } claim, var value]
        ? (claim, value) : throw new CommandException($"--oidc-required-claim {text} is no CLAIM=VALUE: give one such as site=north.");

    static ReviewClient? Webhook(ParseResult arguments, Option<string?> option)
    {
        if (arguments.GetValue(option) is not { } file) return null;
        try { return new(KubeconfigFile.Read(file)); }
        catch (InvalidDataException e) { throw new CommandException($"{option.Name}: {e.Message}"); }
    }

    static X509Certificate2Collection Certificates(string flag, string file)
    {
        var found = new X509Certificate2Collection();
        try { found.ImportFromPem(Encoding.UTF8.GetString(ReadFile(flag, file))); }
        catch (CryptographicException) { }
        return found.Count > 0 ? found : throw new CommandException($"{flag} {file} holds no certificate: give a PEM file.");
    }

    static string[] List(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    internal static byte[] ReadFile(string flag, string file)
    {
        try { return File.ReadAllBytes(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CommandException($"{flag} {file} can't be read: {e.Message.TrimEnd('.')}."); }
    }
}
