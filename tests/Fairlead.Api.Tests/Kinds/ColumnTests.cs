using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

public sealed class ColumnTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(185, "3m5s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600 + 12 * 60, "3h12m")]
    [InlineData(9 * 3600, "9h")]
    [InlineData(7 * 86400 + 23 * 3600, "7d23h")]
    [InlineData(30 * 86400, "30d")]
    [InlineData(2 * 365 * 86400, "2y")]
    [InlineData(795 * 86400, "2y65d")]
    public void AgesReadAsInKubectl(int seconds, string expected) => Assert.Equal(expected, Cells.HumanDuration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("Service", """{"spec":{"type":"NodePort","clusterIPs":["10.96.0.9"],"selector":{"b":"2","a":"1"},"ports":[{"port":80,"nodePort":30080,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}""",
        "NodePort|10.96.0.9|<none>|80:30080/TCP,53/UDP|<unknown>|a=1,b=2")]
    [InlineData("Service", """{"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.9"}}""", "LoadBalancer|10.96.0.9|<pending>|<none>|<unknown>|<none>")]
    [InlineData("Service", """{"spec":{"type":"ExternalName","externalName":"a.example"}}""", "ExternalName|<none>|a.example|<none>|<unknown>|<none>")]
    [InlineData("Node", """{"metadata":{"creationTimestamp":"2030-01-01T00:00:00Z","labels":{"node-role.kubernetes.io/control-plane":""}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"nodeInfo":{"kubeletVersion":"v1.33.0"}}}""",
        "Ready,SchedulingDisabled|control-plane|24h|v1.33.0|10.0.0.1|<none>|<unknown>|<unknown>|<unknown>")]
    [InlineData("Deployment", """{"spec":{"replicas":3,"selector":{"matchLabels":{"app":"x"}},"template":{"spec":{"containers":[{"name":"a","image":"i"},{"name":"b","image":"j"}]}}},"status":{"readyReplicas":1,"updatedReplicas":2}}""",
        "1/3|2|0|<unknown>|a,b|i,j|app=x")]
    [InlineData("Endpoints", """{"subsets":[{"addresses":[{"ip":"10.1.0.1"},{"ip":"10.1.0.2"},{"ip":"fd00::1"},{"ip":"10.1.0.4"}],"ports":[{"port":80}]}]}""",
        "10.1.0.1:80,10.1.0.2:80,[fd00::1]:80 + 1 more...|<unknown>")]
    [InlineData("Service", """{"spec":{"type":"LoadBalancer","clusterIPs":["10.96.0.9","fd00::9"],"externalIPs":["192.0.2.9"],"ports":[{"port":80,"nodePort":30080,"protocol":"TCP"}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.200","ipMode":"VIP"},{"ip":"fd00::200"}]}}}""",
        "LoadBalancer|10.96.0.9|192.0.2.200,fd00::200,192.0.2.9|80:30080/TCP|<unknown>|<none>")]
    [InlineData("Service", """{"spec":{"type":"ClusterIP","clusterIP":"None","clusterIPs":["None"]}}""", "ClusterIP|None|<none>|<none>|<unknown>|<none>")]
    [InlineData("IPAddress", """{"spec":{"parentRef":{"resource":"services","namespace":"default","name":"kubernetes"}}}""", "services/default/kubernetes")]
    [InlineData("IPAddress", """{"spec":{"parentRef":{"group":"gateway.networking.k8s.io","resource":"Gateways","name":"g"}}}""", "gateways.gateway.networking.k8s.io/g")]
    [InlineData("IPAddress", """{"spec":{}}""", "<none>")]
    [InlineData("ServiceCIDR", """{"metadata":{"creationTimestamp":"2030-01-01T00:00:00Z"},"spec":{"cidrs":["10.96.0.0/16","fd00::/112"]}}""", "10.96.0.0/16,fd00::/112|24h")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[],"ports":[{"port":80}]}""", "IPv4|80|<unset>|<unknown>")]
    [InlineData("ControllerRevision", """{"revision":2,"metadata":{"ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"d","controller":true}]}}""", "daemonset.apps/d|2|<unknown>")]
    public void RowsShowWhatKubectlShows(string kind, string json, string expected)
    {
        var obj = Checked.Parse(json);
        Assert.Equal(expected, string.Join('|', Checked.Kind(kind).Columns.Select(c => c.Cell(obj, Now)?.ToString())));
    }

    [Theory]
    [InlineData("Service", "Type,Cluster-IP,External-IP,Port(s),Age,Selector*")]
    [InlineData("Node", "Status,Roles,Age,Version,Internal-IP*,External-IP*,OS-Image*,Kernel-Version*,Container-Runtime*")]
    [InlineData("IPAddress", "ParentRef")]
    [InlineData("ServiceCIDR", "CIDRs,Age")]
    [InlineData("EndpointSlice", "AddressType,Ports,Endpoints,Age")]
    [InlineData("ReplicaSet", "Desired,Current,Ready,Age,Containers*,Images*,Selector*")]
    [InlineData("Event", "Last Seen,Type,Reason,Object,Subobject*,Source*,Message,First Seen*,Count*,Name*")]
    public void HeadingsAreKubectls(string kind, string expected) =>
        Assert.Equal(expected, string.Join(',', Checked.Kind(kind).Columns.Select(c => c.Priority > 0 ? c.Name + "*" : c.Name)));

    [Fact]
    public void EveryKindHasASchemaAndItsColumnsBearAnEmptyObject()
    {
        foreach (var kind in BuiltInResources.All)
        {
            Assert.NotNull(kind.Schema.Value.Properties);
            foreach (var column in kind.Columns) _ = column.Cell(new JsonObject(), Now);
            foreach (var field in kind.SelectableFields.Values) Assert.NotNull(field(new JsonObject()));
        }
        Assert.Distinct(BuiltInResources.All.Select(k => (k.GroupResource, k.Version)));
    }
}
