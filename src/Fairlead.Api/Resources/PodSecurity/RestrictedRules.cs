using Fairlead.Json;
using static Fairlead.Api.Resources.PodSecurity.PodSecurityStandard;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>What the level Restricted demands beyond Baseline. Since v1.25 Pods for Windows need not say what Windows does not know.</summary>
static class RestrictedRules
{
    /// <summary>The minor versions since which a rule is there.</summary>
    public const int SeccompSince = 19, CapabilitiesSince = 22;

    const int EscalationSince = 8, UserSince = 23, WindowsSince = 25;

    static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"];

    public static IEnumerable<PodSecurityViolation> All(JsonObject spec, List<JsonObject> containers, int minor)
    {
        var isWindows = minor >= WindowsSince && spec.Text("os.name") == "windows";
        PodSecurityViolation?[] found =
        [
            isWindows || minor < EscalationSince ? null : PrivilegeEscalation(containers),
            isWindows || minor < CapabilitiesSince ? null : Capabilities(containers),
            VolumeTypes(spec),
            NonRoot(spec, containers),
            minor < UserSince ? null : RunAsUser(spec, containers),
            isWindows || minor < SeccompSince ? null : Seccomp(spec, containers),
        ];
        return found.OfType<PodSecurityViolation>();
    }

    static PodSecurityViolation? PrivilegeEscalation(List<JsonObject> containers)
    {
        const string path = "securityContext.allowPrivilegeEscalation";
        var names = Names(containers.Where(c => c.At(path) is null || c.Flag(path)));
        return names.Count == 0 ? null : new("allowPrivilegeEscalation != false", $"{Subject(names)} must set {path}=false");
    }

    static PodSecurityViolation? Capabilities(List<JsonObject> containers)
    {
        static IEnumerable<string> Bad(JsonObject c) => c.Texts("securityContext.capabilities.add").Where(a => a != "NET_BIND_SERVICE");
        var keeping = Names(containers.Where(c => !c.Texts("securityContext.capabilities.drop").Contains("ALL")));
        var adding = containers.Where(c => Bad(c).Any()).ToList();
        var said = new List<string>();
        if (keeping.Count > 0) said.Add($"{Subject(keeping)} must set securityContext.capabilities.drop=[\"ALL\"]");
        if (adding.Count > 0) said.Add($"{Subject(Names(adding))} must not include {Quoted(adding.SelectMany(Bad))} in securityContext.capabilities.add");
        return said.Count == 0 ? null : new("unrestricted capabilities", string.Join("; ", said));
    }

    static PodSecurityViolation? VolumeTypes(JsonObject spec)
    {
        static string TypeOf(JsonObject volume) => volume.FirstOrDefault(f => f.Key != "name" && f.Value is not null).Key ?? "emptyDir";
        var bad = spec.Objects("volumes").Where(v => !Volumes.Contains(TypeOf(v))).ToList();
        if (bad.Count == 0) return null;
        var types = bad.Select(TypeOf).Distinct().ToList();
        return new("restricted volume types", $"{Subject([.. bad.Select(v => v.Text("name"))], "volume")} {(bad.Count == 1 ? "uses" : "use")} restricted volume "
            + $"{(types.Count == 1 ? "type" : "types")} {Quoted(types)}");
    }

    static PodSecurityViolation? NonRoot(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.runAsNonRoot";
        var pod = spec.At(path) is null ? (bool?)null : spec.Flag(path);
        var explicitly = Names(containers.Where(c => c.At(path) is not null && !c.Flag(path)));
        if (pod == false || explicitly.Count > 0)
        {
            var who = pod == false ? PodAnd(true, explicitly) : Subject(explicitly);
            return new("runAsNonRoot != true", $"{who} must not set {path}=false");
        }
        var silent = Names(containers.Where(c => c.At(path) is null));
        return pod == true || silent.Count == 0 ? null : new("runAsNonRoot != true", $"pod or {Subject(silent)} must set {path}=true");
    }

    static PodSecurityViolation? RunAsUser(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.runAsUser";
        var (pod, names) = (spec.Number(path) == 0, Names(containers.Where(c => c.Number(path) == 0)));
        return !pod && names.Count == 0 ? null : new("runAsUser=0", $"{PodAnd(pod, names)} must not set runAsUser=0");
    }

    static PodSecurityViolation? Seccomp(JsonObject spec, List<JsonObject> containers)
    {
        const string path = "securityContext.seccompProfile.type";
        static bool Fits(string type) => type is "RuntimeDefault" or "Localhost";
        var pod = spec.Text(path);
        var explicitly = containers.Where(c => c.Text(path) is { Length: > 0 } type && !Fits(type)).ToList();
        var podIsBad = pod.Length > 0 && !Fits(pod);
        if (podIsBad || explicitly.Count > 0)
        {
            var types = explicitly.Select(c => c.Text(path)).Concat(podIsBad ? [pod] : []);
            return new("seccompProfile", $"{PodAnd(podIsBad, Names(explicitly))} must not set {path} to {Quoted(types)}");
        }
        var silent = Names(containers.Where(c => c.Text(path).Length == 0));
        return pod.Length > 0 || silent.Count == 0 ? null : new("seccompProfile", $"pod or {Subject(silent)} must set {path} to \"RuntimeDefault\" or \"Localhost\"");
    }
}
