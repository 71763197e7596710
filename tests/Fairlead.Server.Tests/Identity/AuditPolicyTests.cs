using System.Text;
using Fairlead.Json;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.Tests.Identity;

public sealed class AuditPolicyTests
{
    static AuditPolicy Of(string rules, string more = "") => AuditPolicy.Parse(Encoding.UTF8.GetBytes($"apiVersion: audit.k8s.io/v1\nkind: Policy\n{more}\nrules: {rules}"));

    [Theory]
    [InlineData("a plural is not its subresources", "pods", "", "x", false, "pods/log")]
    [InlineData("a subresource", "pods", "log", "x", true, "pods/log")]
    [InlineData("all subresources", "pods", "exec", "x", true, "pods/*")]
    [InlineData("a subresource of all", "deployments", "scale", "x", true, "*/scale")]
    [InlineData("another subresource of all", "deployments", "status", "x", false, "*/scale")]
    [InlineData("a star is everything", "pods", "log", "x", true, "*")]
    [InlineData("a plural", "pods", "log", "x", false, "pods")]
    public void Resources_match(string name, string plural, string subresource, string obj, bool matches, string rule)
    {
        var policy = Of($$"""[{level: Metadata, resources: [{group: "", resources: ["{{rule}}"]}]}]""");
        var request = new AccessRequest(UserInfo.Anonymous, "get") { Resource = plural, Subresource = subresource, Name = obj };
        Assert.True((policy.Decide(request).Level == AuditLevel.Metadata) == matches, name);
    }

    [Theory]
    [InlineData("users", """{level: Request, users: ["jane"]}""", true)]
    [InlineData("other users", """{level: Request, users: ["joe"]}""", false)]
    [InlineData("groups", """{level: Request, userGroups: ["dev", "ops"]}""", true)]
    [InlineData("other groups", """{level: Request, userGroups: ["ops"]}""", false)]
    [InlineData("verbs", """{level: Request, verbs: ["get"]}""", true)]
    [InlineData("other verbs", """{level: Request, verbs: ["list"]}""", false)]
    [InlineData("namespaces", """{level: Request, namespaces: ["ns"]}""", true)]
    [InlineData("the cluster's scope alone", """{level: Request, namespaces: [""]}""", false)]
    [InlineData("names", """{level: Request, resources: [{group: apps, resources: ["deployments"], resourceNames: ["web"]}]}""", true)]
    [InlineData("other names", """{level: Request, resources: [{group: apps, resources: ["deployments"], resourceNames: ["db"]}]}""", false)]
    [InlineData("another group", """{level: Request, resources: [{group: ""}]}""", false)]
    [InlineData("paths", """{level: Request, nonResourceURLs: ["*"]}""", false)]
    [InlineData("all", "{level: Request}", true)]
    public void Rules_match(string name, string rule, bool matches)
    {
        var request = new AccessRequest(new("jane", ["dev"]), "get") { Group = "apps", Resource = "deployments", Namespace = "ns", Name = "web" };
        Assert.True((Of($"[{rule}]").Decide(request).Level == AuditLevel.Request) == matches, name);
    }

    [Fact]
    public void The_first_rule_decides_and_stages_add_up()
    {
        var decision = Of("""[{level: Metadata, omitStages: [Panic]}, {level: Request}]""", "omitStages: [RequestReceived]\nomitManagedFields: true").Decide(new(UserInfo.Anonymous, "get") { Path = "/x" });
        Assert.Equal(AuditLevel.Metadata, decision.Level);
        Assert.Equal(["Panic", "RequestReceived"], decision.OmitStages.Order());
        Assert.True(decision.OmitManagedFields);
    }

    [Theory]
    [InlineData("[]", "rules: at least one")]
    [InlineData("[{level: Loud}]", "rules[0].level: Unsupported value: \"Loud\"")]
    [InlineData("[{users: [a]}]", "rules[0].level: Required value")]
    [InlineData("[{level: None, user: [a]}]", "rules[0].user: there is no such field")]
    [InlineData("[{level: None, users: a}]", "rules[0].users: a list of strings")]
    [InlineData("[{level: None, nonResourceURLs: [/x], namespaces: [a]}]", "cannot apply to both")]
    [InlineData("[{level: None, nonResourceURLs: [x]}]", "must begin with a '/'")]
    [InlineData("[{level: None, nonResourceURLs: [/a*b]}]", "final character")]
    [InlineData("[{level: None, omitStages: [Never]}]", "rules[0].omitStages: Unsupported value: \"Never\"")]
    [InlineData("[{level: None, resources: [{group: apps/v1}]}]", "rules[0].resources[0].group")]
    [InlineData("[{level: None, resources: [{resourceNames: [a]}]}]", "requires at least one resource")]
    public void What_makes_no_sense_is_refused_with_its_place(string rules, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Of(rules)).Message);

    [Fact]
    public void The_log_is_rotated_by_size_and_keeps_so_many()
    {
        var folder = Directory.CreateTempSubdirectory("audit");
        try
        {
            var path = Path.Combine(folder.FullName, "audit.log");
            using (var log = new AuditLog(new(path) { MaxBytes = 100, MaxBackups = 2 }, TimeProvider.System))
            {
                for (var i = 0; i < 12; i++) log.Write(new JsonObject { ["number"] = i, ["text"] = new string('x', 30) });
            }
            var backups = folder.GetFiles("audit-*.log");
            Assert.Equal(2, backups.Length);
            Assert.All(folder.GetFiles(), f => Assert.InRange(f.Length, 1, 100));
            Assert.Equal(11, (int)JsonNode.Parse(File.ReadAllLines(path)[^1])!["number"]!);
        }
        finally { folder.Delete(true); }
    }

    [Fact]
    public void Backups_go_when_they_are_older_than_so_many_days()
    {
        var folder = Directory.CreateTempSubdirectory("audit");
        try
        {
            var clock = new FixedTime { Now = DateTimeOffset.Parse("2026-01-01T00:00:00Z") };
            var path = Path.Combine(folder.FullName, "audit.log");
            File.WriteAllText(Path.Combine(folder.FullName, "audit-of-somebody.log"), "kept");
            using (var log = new AuditLog(new(path) { MaxBytes = 50, MaxAgeDays = 2 }, clock))
            {
                for (var day = 0; day < 6; day++, clock.Now += TimeSpan.FromDays(1)) log.Write(new JsonObject { ["day"] = day, ["text"] = new string('x', 30) });
            }
            // Rotated last on the sixth of January: those of two days before it are young enough.
            Assert.Equal(["audit-2026-01-04T00-00-00.000.log", "audit-2026-01-05T00-00-00.000.log", "audit-2026-01-06T00-00-00.000.log", "audit-of-somebody.log", "audit.log"],
                folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
            Assert.Equal(2, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "audit-2026-01-04T00-00-00.000.log")))!["day"]!);
        }
        finally { folder.Delete(true); }
    }

    sealed class FixedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
