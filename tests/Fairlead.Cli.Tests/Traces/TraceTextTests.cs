using System.Collections.Immutable;
using Fairlead.Cli.Traces;
using Fairlead.Cli.Traces.Live;
using Fairlead.Network;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Tests.Traces;

/// <summary>What people and programs are shown of a trace.</summary>
public class TraceTextTests
{
    static readonly Finding Deaf = new(KnownCauses.TargetPortNotDeclared, "Pod default/web-2 declares TCP port 81.", "Correct it.", new("Pod", "default", "web-2", "spec.containers.ports")) { IsCertain = false };

    static readonly TraceResult Half = new("Pod default/client", "web:80", TransportProtocol.Tcp)
    {
        Steps = [new("name", "", "web is 10.96.0.20", new("Service", "default", "web", "spec.clusterIPs")), new("policy", "n1", "the sender is a Pod", null)],
        Endpoints =
        [
            new(EndpointKind.Pod, Address.Parse("10.244.1.1"), 80, 0.75) { Pod = new("default", "web-1"), Node = "n1", Source = "10.244.1.5", ChosenBy = "n1", Route = "on n1 itself" },
            new(EndpointKind.Pod, Address.Parse("fd00::1"), 80, 0.25) { Pod = new("default", "web-2"), Node = "n2", Source = "10.244.1.5", ChosenBy = "n1", Route = "via n2", Finding = Deaf with { IsCertain = true } },
        ],
        Remarks = [Deaf, Deaf with { Text = "Another." }],
    };

    [Fact]
    public void ColumnsAreAlignedAndEmptyOnesLeftOut() => Assert.Equal("""
        Pod default/client -> web:80, tcp

        STEP     AT   WHAT                  BECAUSE OF
        name          web is 10.96.0.20     Service default/web spec.clusterIPs
        policy   n1   the sender is a Pod

        ENDPOINT        WHO             NODE   PROBABILITY   SEES         FINDING
        10.244.1.1:80   default/web-1   n1     75 %          10.244.1.5
        [fd00::1]:80    default/web-2   n2     25 %          10.244.1.5   TargetPortNotDeclared

        Answers 75 % of new connections; the others fail.
        Also: TargetPortNotDeclared
          Pod default/web-2 declares TCP port 81.
          Correct it.
          See Pod default/web-2 spec.containers.ports
          The same of 1 more.

        """, TraceText.Of(Half));

    [Theory]
    [InlineData("certain", "Nothing answers: TargetPortNotDeclared")]
    [InlineData("likely", "Probably nothing answers: TargetPortNotDeclared")]
    [InlineData("outside", "Leaves the cluster: example.org answers or not, the API does not know.")]
    [InlineData("whole", "Answers: 10.244.1.1:80.")]
    [InlineData("sticky", "Answers: 10.244.1.1:80. A client that was here before returns to its endpoint.")]
    public void OneLineSaysItAll(string what, string line)
    {
        var whole = Half with { Remarks = [], Endpoints = [Half.Endpoints[0] with { Probability = 1 }] };
        Assert.Equal(line, TraceText.Verdict(what switch
        {
            "certain" => Half with { Cause = Deaf with { IsCertain = true } },
            "likely" => Half with { Cause = Deaf },
            "outside" => whole with { Endpoints = [], OutsideName = "example.org" },
            "sticky" => whole with { HasAffinity = true },
            _ => whole,
        }));
    }

    [Fact]
    public void FieldsOfTheJsonStay()
    {
        var json = TraceJson.Of(Half with { Cause = Deaf });

        Assert.Equal(["from", "to", "protocol", "answers", "probability", "verdict", "outside", "affinity", "cause", "remarks", "destinations", "steps", "endpoints"], json.Select(f => f.Key));
        Assert.Equal(["reason", "certain", "text", "remedy", "object"], json["cause"]!.AsObject().Select(f => f.Key));
        Assert.Equal(["kind", "namespace", "name", "field"], json["cause"]!["object"]!.AsObject().Select(f => f.Key));
        Assert.Equal(["stage", "at", "text", "object"], json["steps"]![0]!.AsObject().Select(f => f.Key));
        Assert.Equal(["kind", "address", "port", "pod", "node", "probability", "source", "masqueraded", "chosenBy", "route", "object", "finding"], json["endpoints"]![0]!.AsObject().Select(f => f.Key));
        Assert.Equal(["probes", "answered", "untraced", "agrees", "disagreements", "finding", "endpoints"], LiveText.Json(new(1, 1)).Select(f => f.Key));
    }

    [Fact]
    public void PredictionStandsBesideObservation() => Assert.Equal("""

        ENDPOINT        WHO             PREDICTED   OBSERVED    ANSWERED   REFUSED   SILENT   SAW          AGREES
        10.244.1.1:80   default/web-1   50 %        20 (80 %)   20         0         0        10.244.1.5   no
        10.244.2.2:80                   50 %        5 (20 %)    0          5         0        10.244.1.5   no

        Live: 20 of 26 probes answered, 1 came to no endpoint that could be seen. Prediction and observation disagree:
          Too many.
        TargetPortNotDeclared
          Pod default/web-2 declares TCP port 81.
          Correct it.

        """, LiveText.Of(new(26, 20)
    {
        Rows =
        [
            new("10.244.1.1:80", new PodKey("default", "web-1"), 0.5, 20, 20, 0, 0, false) { Sources = [Address.Parse("10.244.1.5")] },
            new("10.244.2.2:80", null, 0.5, 5, 0, 5, 0, false) { Sources = [Address.Parse("10.244.1.5")] },
        ],
        Untraced = 1, Disagreements = ["Too many."], Finding = Deaf,
    }));
}
