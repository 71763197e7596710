using System.Globalization;
using System.Text.Json.Nodes;
using static Fairlead.Api.Resources.PodSecurity.PodSecurityStandard;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>What the levels Baseline and Restricted forbid alike: known ways out of a container.</summary>
static class BaselineRules
{
    static readonly string[] Capabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    static readonly string[] Sysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];

    static readonly string[] SeLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    public static IEnumerable<PodSecurityViolation> All(JsonObject spec, List<JsonObject> containers, PodSecurityLevel level)
    {
        PodSecurityViolation?[] found =
        [
            AppArmor(spec, containers),
            level == PodSecurityLevel.Baseline ? AddedCapabilities(containers) : null,
            HostNamespaces(spec),
            HostPaths(spec),
            HostPorts(containers),
            HostProcess(spec, containers),
            Privileged(containers),
            ProcMount(containers),
            SeLinux(spec, containers),
            level == PodSecurityLevel.Baseline ? Seccomp(spec, containers) : null,
            ForbiddenSysctls(spec),
        ];
        return found.OfType<PodSecurityViolation>();
    }

    static PodSecurityViolation? AppArmor(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.appArmorProfile.type";
        var pod = spec.Text(path) == "Unconfined";
        var names = Names(containers.Where(c => c.Text(path) == "Unconfined"));
        var count = names.Count + (pod ? 1 : 0);
        return count == 0 ? null : new(count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
            $"{PodAnd(pod, names)} must not set AppArmor profile type to \"Unconfined\"");
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

    static PodSecurityViolation? SeLinux(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.seLinuxOptions";
        static bool Is(JsonObject o) => !SeLinuxTypes.Contains(o.Text(path + ".type")) || o.Text(path + ".user").Length + o.Text(path + ".role").Length > 0;
        var (pod, bad) = (Is(spec), containers.Where(Is).ToList());
        if (!pod && bad.Count == 0) return null;
        var all = pod ? bad.Prepend(spec) : bad;
        var said = all.SelectMany(o => (string[])[
            SeLinuxTypes.Contains(o.Text(path + ".type")) ? "" : $"type \"{o.Text(path + ".type")}\"",
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

    static PodSecurityViolation? ForbiddenSysctls(JsonObject spec)
    {
        var bad = spec.Objects("securityContext.sysctls").Select(s => s.Text("name")).Where(n => !Sysctls.Contains(n)).ToList();
        return bad.Count == 0 ? null : new("forbidden sysctls", string.Join(", ", bad));
    }
}
