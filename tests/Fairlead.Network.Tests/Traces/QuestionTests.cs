using Fairlead.Network.Traces;

namespace Fairlead.Network.Tests.Traces;

/// <summary>How questions are written, and what is wrong with those that are not.</summary>
public class QuestionTests
{
    public static readonly TheoryData<string, string, string> Written = new()
    {
        { "client", "web:80", "Pod shop/client -> web:80" },
        { "pod/client", "web", "Pod shop/client -> web" },
        { "kube-system/dns", "shop/web:http", "Pod kube-system/dns -> Service shop/web:http" },
        { "node/n1", "svc/web", "Node n1 -> Service shop/web" },
        { "192.0.2.1", "10.96.0.1:443", "192.0.2.1 -> 10.96.0.1:443" },
        { "2001:db8::1", "[fd00::1]:53", "2001:db8::1 -> [fd00::1]:53" },
        { "client", "Web.Default.SVC.cluster.local.:80", "Pod shop/client -> web.default.svc.cluster.local:80" },
        { "1", "2:3", "Pod shop/1 -> 2:3" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void IsRead(string from, string to, string expected)
    {
        var question = TraceQuestion.Read(from, to, null, "shop");

        Assert.Equal(expected, $"{question.Sender} -> {question.Target}");
    }

    public static readonly TheoryData<string, string, string?, string> Wrong = new()
    {
        { "a/b/c", "web:80", null, "\"a/b/c\" is no sender: give a Pod's name, node/NAME or an IP address." },
        { "client", "10.96.0.1", null, "--to 10.96.0.1 names no port: write it as 10.96.0.1:80." },
        { "client", "fd00::1", null, "--to fd00::1 names no port: write it as [fd00::1]:80." },
        { "client", "web:70000", null, "--to web:70000: 70000 is no port: give a number from 1 to 65535." },
        { "client", "10.96.0.1:http", null, "--to 10.96.0.1:http: http is no port: give a number from 1 to 65535." },
        { "client", "[fd00::1:80", null, "--to [fd00::1:80: the bracket is not closed." },
        { "client", "", null, "--to \"\" names no target: give SERVICE, an IP address or a name, with :PORT." },
        { "client", "a/b/c:80", null, "--to \"a/b/c:80\" is no target: give SERVICE, NAMESPACE/SERVICE, an IP address or a name, with :PORT." },
        { "client", "web:80", "icmp", "--proto icmp is no protocol of Services: give tcp, udp or sctp." },
        { "clinet", "web:80", null, "There is no Pod clinet in namespace default. Did you mean client?" },
        { "node/n3", "web:80", null, "There is no node n3. Did you mean n1?" },
        { "client", "multi", null, "Service default/multi has the ports http 80/tcp, dns 53/udp: give one of them as in --to multi:80." },
        { "client", "example.org", null, "--to example.org names no port: write it as example.org:80." },
        { "client", "example.org:http", null, "--to example.org:http: http is no port: give a number from 1 to 65535." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void IsRefused(string from, string to, string? protocol, string sentence)
    {
        var cluster = HealthyCluster.Create();
        cluster.Services[new("default", "multi")] = new()
        {
            Metadata = new() { Namespace = "default", Name = "multi" }, Spec = new() { ClusterIP = "10.96.0.60", Ports = [new() { Name = "http", Port = 80 }, new() { Name = "dns", Port = 53, Protocol = "UDP" }] },
        };

        Assert.Equal(sentence, Assert.Throws<TraceQuestionException>(() => cluster.Trace(from, to, protocol)).Message);
    }
}
