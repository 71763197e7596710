using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of a Pod's DNS settings and hosts file.</summary>
static class PodNetworkRules
{
    const int MaxNameservers = 3;
    const int MaxSearches = 32;
    const int MaxSearchCharacters = 2048;

    public static void Validate(JsonObject spec, string path, FieldErrors errors)
    {
        Dns(spec, $"{path}.dnsConfig", errors);
        foreach (var (i, alias) in spec.Each("hostAliases"))
        {
            if (IPText.Wrong(alias.Text("ip")) is { } problem && alias["ip"] is not null)
                errors.Invalid($"{path}.hostAliases[{i}].ip", alias.Text("ip"), problem);
            foreach (var (n, name) in alias.Texts("hostnames").Index())
                if (NameSyntax.Subdomain(name) is { } bad) errors.Invalid($"{path}.hostAliases[{i}].hostnames[{n}]", name, bad);
        }
    }

    static void Dns(JsonObject spec, string path, FieldErrors errors)
    {
        var config = spec["dnsConfig"] as JsonObject;
        var servers = config.Texts("nameservers");
        if (spec.Text("dnsPolicy") == "None")
        {
            if (config is null) errors.Required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
            else if (servers.Count == 0) errors.Required($"{path}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
            if (servers.Count == 0) return;
        }
        if (config is null) return;
        if (servers.Count > MaxNameservers)
            errors.Invalid($"{path}.nameservers", config["nameservers"]!.ToJsonString(), $"must not have more than {MaxNameservers} nameservers");
        foreach (var (i, server) in servers.Index())
            if (IPText.Wrong(server) is { } problem) errors.Invalid($"{path}.nameservers[{i}]", server, problem);
        Searches(config, $"{path}.searches", errors);
        foreach (var (i, option) in config.Each("options"))
            if (option.Text("name").Length == 0) errors.Required($"{path}.options[{i}]", "must not be empty");
    }

    static void Searches(JsonObject config, string path, FieldErrors errors)
    {
        var searches = config.Texts("searches");
        if (searches.Count > MaxSearches)
            errors.Invalid(path, config["searches"]!.ToJsonString(), $"must not have more than {MaxSearches} search paths");
        if (string.Join(' ', searches).Length > MaxSearchCharacters)
            errors.Invalid(path, config["searches"]!.ToJsonString(), $"must not have more than {MaxSearchCharacters} characters (including spaces) in the search list");
        foreach (var (i, search) in searches.Index())
        {
            if (search == ".") continue;
            var name = search.EndsWith('.') ? search[..^1] : search;
            // An underscore may stand where a letter may: service records are found by such names.
            if (NameSyntax.Subdomain(name.Replace('_', 'a')) is { } problem) errors.Invalid($"{path}[{i}]", name, problem);
        }
    }
}
