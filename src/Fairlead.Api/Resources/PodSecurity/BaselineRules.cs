using System.Globalization;
using Fairlead.Json;
using static Fairlead.Api.Resources.PodSecurity.PodSecurityStandard;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>What the levels Baseline and Restricted forbid alike: known ways out of a container.</summary>
static class BaselineRules
{
    static readonly string[] Capabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>What is allowed, and since which version.</summary>
    static readonly Dictionary<string, int> Sysctls = new(StringComparer.Ordinal)
    {
        ["kernel.shm_rmid_forced"] = 0, ["net.ipv4.ip_local_port_range"] = 0, ["net.ipv4.tcp_syncookies"] = 0,
        ["net.ipv4.ping_group_range"] = 0, ["net.ipv4.ip_unprivileged_port_start"] = 0,
        ["net.ipv4.ip_local_reserved_ports"] = 27,
        ["net.ipv4.tcp_keepalive_time"] = 29, ["net.ipv4.tcp_fin_timeout"] = 29, ["net.ipv4.tcp_keepalive_intvl"] = 29, ["net.ipv4.tcp_keepalive_probes"] = 29,
        ["net.ipv4.tcp_rmem"] = 32, ["net.ipv4.tcp_wmem"] = 32,
    };

    static readonly Dictionary<string, int> SeLinuxTypes = new(StringComparer.Ordinal)
    {
        [""] = 0, ["container_t"] = 0, ["container_init_t"] = 0, ["container_kvm_t"] = 0, ["container_engine_t"] = 31,
    };

    public static IEnumerable<PodSecurityViolation> All(JsonObject spec, JsonObject? annotations, List<JsonObject> containers, PodSecurityRules rules)
    {
        // What Restricted says more strictly since some version it does not say twice.
        var isBaseline = rules.Level == PodSecurityLevel.Baseline;
        PodSecurityViolation?[] found =
        [
            AppArmor(spec, annotations, containers),
            isBaseline || rules.Minor < RestrictedRules.CapabilitiesSince ? AddedCapabilities(containers) : null,
            HostNamespaces(spec),
            HostPaths(spec),
            HostPorts(containers),
            HostProcess(spec, containers),
            Privileged(containers),
            ProcMount(containers),
            SeLinux(spec, containers, rules.Minor),
            rules.Minor < RestrictedRules.SeccompSince ? AnnotatedSeccomp(annotations, containers) : isBaseline ? Seccomp(spec, containers) : null,
            ForbiddenSysctls(spec, rules.Minor),
        ];
        return found.OfType<PodSecurityViolation>();
    }

    static PodSecurityViolation? AppArmor(JsonObject spec, JsonObject? annotations, List<JsonObject> containers)
    {
        const string path = "securityContext.appArmorProfile.type", prefix = "container.apparmor.security.beta.kubernetes.io/";
        var pod = spec.Text(path) == "Unconfined";
        var names = Names(containers.Where(c => c.Text(path) == "Unconfined"));
        var said = new List<string>();
        if (pod || names.Count > 0) said.Add($"{PodAnd(pod, names)} must not set AppArmor profile type to \"Unconfined\"");
        var noted = Forbidden(annotations, key => key.StartsWith(prefix, StringComparison.Ordinal), value => value is "" or "runtime/default" || value.StartsWith("localhost/", StringComparison.Ordinal));
        said.AddRange(noted);
        var count = names.Count + (pod ? 1 : 0) + noted.Count;
        return count == 0 ? null : new(count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles", string.Join(", ", said));
    }

    /// <summary>The annotations of some keys whose values are not allowed, as key="value", in order.</summary>
    static List<string> Forbidden(JsonObject? annotations, Func<string, bool> key, Func<string, bool> isAllowed) =>
        [.. (annotations ?? []).Where(a => key(a.Key) && !isAllowed(a.Value?.GetValue<string>() ?? ""))
            .Select(a => $"{a.Key}=\"{a.Value}\"").Order(StringComparer.Ordinal)];

    static PodSecurityViolation? AnnotatedSeccomp(JsonObject? annotations, List<JsonObject> containers)
    {
        const string prefix = "container.seccomp.security.alpha.kubernetes.io/";
        var names = Names(containers);
        var found = Forbidden(annotations,
            key => key == "seccomp.security.alpha.kubernetes.io/pod" || (key.StartsWith(prefix, StringComparison.Ordinal) && names.Contains(key[prefix.Length..])),
            value => value is "runtime/default" or "docker/default" || value.StartsWith("localhost/", StringComparison.Ordinal));
        return found.Count == 0 ? null : new("seccompProfile", $"forbidden {(found.Count == 1 ? "annotation" : "annotations")} {string.Join(", ", found)}");
    }

    static PodSecurityViolation? AddedCapabilities(List<JsonObject> containers)
    {
        static IEnumerable<string> Bad(JsonObject c) => c.Texts("securityContext.capabilities.add").Where(a => !Capabilities.Contains(a));
        var bad = containers.Where(c => Bad(c).Any()).ToList();
        return bad.Count == 0 ? null : new("non-default capabilities",
            $"{Subject(Names(bad))} must not include {Quoted(bad.SelectMany(Bad))} in securityContext.capabilities.add");
    }

    static PodSecurityViolation? HostNamespaces(JsonObject spec)
    {
        var shared = ((string[])["hostNetwork", "hostPID", "hostIPC"]).Where(f => spec.Flag(f)).Select(f => f + "=true").ToList();
        return shared.Count == 0 ? null : new("host namespaces", string.Join(", ", shared));
    }

    static PodSecurityViolation? HostPaths(JsonObject spec)
    {
        var volumes = spec.Objects("volumes").Where(v => v["hostPath"] is not null).Select(v => v.Text("name")).ToList();
        return volumes.Count == 0 ? null : new("hostPath volumes", Subject(volumes, "volume"));
    }

    static PodSecurityViolation? HostPorts(List<JsonObject> containers)
    {
        static IEnumerable<long> Of(JsonObject c) => c.Objects("ports").Select(p => p.Number("hostPort") ?? 0).Where(p => p != 0);
        var names = Names(containers.Where(c => Of(c).Any()));
        var ports = containers.SelectMany(Of).Distinct().Order().Select(p => p.ToString(CultureInfo.InvariantCulture)).ToList();
        return names.Count == 0 ? null : new("hostPort",
            $"{Subject(names)} {(names.Count == 1 ? "uses" : "use")} {(ports.Count == 1 ? "hostPort" : "hostPorts")} {string.Join(", ", ports)}");
    }

    static PodSecurityViolation? HostProcess(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.windowsOptions.hostProcess";
        var (pod, names) = (spec.Flag(path), Names(containers.Where(c => c.Flag(path))));
        return !pod && names.Count == 0 ? null : new("hostProcess", $"{PodAnd(pod, names)} must not set {path}=true");
    }

    static PodSecurityViolation? Privileged(List<JsonObject> containers)
    {
        var names = Names(containers.Where(c => c.Flag("securityContext.privileged")));
        return names.Count == 0 ? null : new("privileged", $"{Subject(names)} must not set securityContext.privileged=true");
    }

    static PodSecurityViolation? ProcMount(List<JsonObject> containers)
    {
        var bad = containers.Where(c => c.Text("securityContext.procMount") is { Length: > 0 } and not "Default").ToList();
        return bad.Count == 0 ? null : new("procMount",
            $"{Subject(Names(bad))} must not set securityContext.procMount to {Quoted(bad.Select(c => c.Text("securityContext.procMount")))}");
    }

    static PodSecurityViolation? SeLinux(JsonObject spec, List<JsonObject> containers, int minor)
    {
        const string path = "securityContext.seLinuxOptions";
        bool IsType(JsonObject o) => SeLinuxTypes.TryGetValue(o.Text(path + ".type"), out var since) && minor >= since;
        bool Is(JsonObject o) => !IsType(o) || o.Text(path + ".user").Length + o.Text(path + ".role").Length > 0;
        var (pod, bad) = (Is(spec), containers.Where(Is).ToList());
        if (!pod && bad.Count == 0) return null;
        var all = pod ? bad.Prepend(spec) : bad;
        var said = all.SelectMany(o => (string[])[
            IsType(o) ? "" : $"type \"{o.Text(path + ".type")}\"",
            o.Text(path + ".user").Length > 0 ? "user may not be set" : "",
            o.Text(path + ".role").Length > 0 ? "role may not be set" : ""]).Where(s => s.Length > 0).Distinct();
        return new("seLinuxOptions", $"{PodAnd(pod, Names(bad))} set forbidden {path}: {string.Join("; ", said)}");
    }

    static PodSecurityViolation? Seccomp(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.seccompProfile.type";
        var (pod, names) = (spec.Text(path) == "Unconfined", Names(containers.Where(c => c.Text(path) == "Unconfined")));
        return !pod && names.Count == 0 ? null : new("seccompProfile", $"{PodAnd(pod, names)} must not set {path} to \"Unconfined\"");
    }

    static PodSecurityViolation? ForbiddenSysctls(JsonObject spec, int minor)
    {
        var bad = spec.Objects("securityContext.sysctls").Select(s => s.Text("name")).Where(n => !Sysctls.TryGetValue(n, out var since) || minor < since).ToList();
        return bad.Count == 0 ? null : new("forbidden sysctls", string.Join(", ", bad));
    }
}
