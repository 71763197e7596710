using Fairlead.Api.Resources;
using Fairlead.Api.Yaml;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Reloading;

namespace Fairlead.Server.Authorization;

/// <summary>
/// Who is asked what someone may do, in their order. Read from the file of --authorization-config: kind
/// AuthorizationConfiguration of apiserver.config.k8s.io/v1. Source: KEP-3221 and the Kubernetes documentation,
/// Authorization.
/// </summary>
public sealed record AuthorizationConfiguration(IReadOnlyList<AuthorizerConfiguration> Authorizers)
{
    const int MostConditions = 64;
    static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Without a file: nodes and roles.</summary>
    public static readonly AuthorizationConfiguration Default = new([new(AuthorizerConfiguration.Node, "node"), new(AuthorizerConfiguration.Rbac, "rbac")]);

    /// <summary>Whether one is of the type.</summary>
    public bool Has(string type) => Authorizers.Any(a => a.Type == type);

    /// <summary>Reads the file, and the kubeconfigs that it names.</summary>
    /// <exception cref="FormatException">It says something that makes no sense; the message says where.</exception>
    public static AuthorizationConfiguration Parse(ReadOnlySpan<byte> yaml)
    {
        JsonObject file;
        try { file = YamlInput.ParseObject(yaml); }
        catch (Exception e) when (e is not OutOfMemoryException) { throw new FormatException($"it is no YAML: {e.Message}", e); }
        if (file.Text("kind") != "AuthorizationConfiguration" || file.Text("apiVersion") is not ("apiserver.config.k8s.io/v1" or "apiserver.config.k8s.io/v1beta1" or "apiserver.config.k8s.io/v1alpha1"))
            throw new FormatException("kind AuthorizationConfiguration of apiVersion apiserver.config.k8s.io/v1 is expected");
        ConfigurationFields.Known(file, "", "apiVersion", "kind", "authorizers");
        var authorizers = (file.Array("authorizers") ?? []).Select((a, i) => Authorizer(a as JsonObject, $"authorizers[{i}]")).ToList();
        if (authorizers.Count == 0) throw new FormatException("authorizers: Required value: at least one authorization mode must be defined");
        for (var i = 0; i < authorizers.Count; i++)
        {
            var (before, one) = (authorizers.Take(i).ToList(), authorizers[i]);
            if (one.Webhook is null && before.Exists(a => a.Type == one.Type)) throw new FormatException($"authorizers[{i}].type: Duplicate value: \"{one.Type}\"");
            if (before.Exists(a => a.Name == one.Name)) throw new FormatException($"authorizers[{i}].name: Duplicate value: \"{one.Name}\"");
        }
        return new(authorizers);
    }

    static AuthorizerConfiguration Authorizer(JsonObject? authorizer, string at)
    {
        ConfigurationFields.Known(authorizer, at, "type", "name", "webhook");
        var type = ConfigurationFields.OneOf(authorizer, "type", at, AuthorizerConfiguration.Types);
        var name = authorizer.Text("name") ?? throw new FormatException($"{at}.name: Required value");
        if (NameSyntax.Subdomain(name) is { } wrong) throw new FormatException($"{at}.name: Invalid value: \"{name}\": authorizer name is invalid: {wrong}");
        var webhook = authorizer["webhook"];
        if (type != AuthorizerConfiguration.WebhookType)
            return webhook is null ? new(type, name) : throw new FormatException($"{at}.webhook: Invalid value: \"non-null\": may only be specified when type=Webhook");
        return new(type, name, Webhook(webhook as JsonObject ?? throw new FormatException($"{at}.webhook: Required value: required when type=Webhook"), at + ".webhook"));
    }

    static AuthorizationWebhook Webhook(JsonObject webhook, string at)
    {
        ConfigurationFields.Known(webhook, at, "authorizedTTL", "cacheAuthorizedRequests", "unauthorizedTTL", "cacheUnauthorizedRequests", "timeout", "subjectAccessReviewVersion",
            "matchConditionSubjectAccessReviewVersion", "failurePolicy", "connectionInfo", "matchConditions");
        var timeout = ConfigurationFields.Duration(webhook, "timeout", at) ?? throw new FormatException($"{at}.timeout: Required value");
        if (timeout <= TimeSpan.Zero || timeout > LongestTimeout) throw new FormatException($"{at}.timeout: Invalid value: \"{webhook.Text("timeout")}\": must be > 0s and <= 30s");
        var version = ConfigurationFields.OneOf(webhook, "subjectAccessReviewVersion", at, ["v1", "v1beta1"]);
        var failure = ConfigurationFields.OneOf(webhook, "failurePolicy", at, ["NoOpinion", "Deny"]);
        var conditions = (webhook.Array("matchConditions") ?? []).Select((c, i) => Condition(c as JsonObject, $"{at}.matchConditions[{i}]")).ToList();
        if (conditions.Count > MostConditions) throw new FormatException($"{at}.matchConditions: Too many: {conditions.Count}: must have at most {MostConditions} items");
        if (conditions.GroupBy(c => c.Text).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new FormatException($"{twice.Last().At}: Duplicate value: \"{twice.Key}\"");
        if (webhook.Text("matchConditionSubjectAccessReviewVersion") is null)
        {
            if (conditions.Count > 0) throw new FormatException($"{at}.matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified");
        }
        else ConfigurationFields.OneOf(webhook, "matchConditionSubjectAccessReviewVersion", at, ["v1"]);
        return new(Connection(webhook.Object("connectionInfo"), at + ".connectionInfo"))
        {
            AllowedLifetime = Lifetime(webhook, "authorizedTTL", "cacheAuthorizedRequests", TimeSpan.FromMinutes(5), at),
            RefusedLifetime = Lifetime(webhook, "unauthorizedTTL", "cacheUnauthorizedRequests", TimeSpan.FromSeconds(30), at),
            Timeout = timeout,
            ReviewVersion = version,
            OnFailure = failure == "Deny" ? Verdict.Deny : Verdict.NoOpinion,
            Conditions = MatchConditions.Compile(conditions),
        };
    }

    static (string Text, string At) Condition(JsonObject? condition, string at)
    {
        ConfigurationFields.Known(condition, at, "expression");
        return condition.Text("expression") is { } text && !string.IsNullOrWhiteSpace(text) ? (text, at + ".expression") : throw new FormatException($"{at}.expression: Required value");
    }

    static TimeSpan Lifetime(JsonObject webhook, string ttl, string cached, TimeSpan usual, string at)
    {
        var time = ConfigurationFields.Duration(webhook, ttl, at) ?? usual;
        if (time < TimeSpan.Zero) throw new FormatException($"{at}.{ttl}: Invalid value: \"{webhook.Text(ttl)}\": must be > 0s");
        if (webhook[cached] is { } flag && webhook.Flag(cached) is null) throw new FormatException($"{at}.{cached}: Invalid value: {flag.ToJsonString()}: must be true or false");
        return webhook.Flag(cached) == false ? TimeSpan.Zero : time == TimeSpan.Zero ? usual : time;
    }

    static HttpsTransportOptions Connection(JsonObject? info, string at)
    {
        ConfigurationFields.Known(info, at, "type", "kubeConfigFile");
        var type = ConfigurationFields.OneOf(info, "type", at, ["InClusterConfig", "KubeConfigFile"]);
        var file = info.Text("kubeConfigFile");
        if (type == "InClusterConfig")
        {
            if (file is not null) throw new FormatException($"{at}.kubeConfigFile: Invalid value: \"{file}\": can only be set when type=KubeConfigFile");
            // That is for servers that run in a cluster and ask its API server; this is that server.
            throw new FormatException($"{at}.type: Invalid value: \"InClusterConfig\": cannot be used by kube-apiserver, which would ask itself: use KubeConfigFile");
        }
        if (file is null) throw new FormatException($"{at}.kubeConfigFile: Required value");
        if (!Path.IsPathFullyQualified(file)) throw new FormatException($"{at}.kubeConfigFile: Invalid value: \"{file}\": must be an absolute path");
        if (Directory.Exists(file)) throw new FormatException($"{at}.kubeConfigFile: Invalid value: \"{file}\": must be a regular file");
        try { return KubeconfigFile.Read(file); }
        catch (InvalidDataException e) { throw new FormatException($"{at}.kubeConfigFile: Invalid value: \"{file}\": error loading file: {e.Message.TrimEnd('.')}", e); }
    }
}
