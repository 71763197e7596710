using System.Diagnostics;
using System.Reflection;
using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.Apps.V1;
using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Protobuf;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;
using Fairlead.Tests;

namespace Fairlead.Api.Tests.Machinery;

public class ProtobufTests
{
    /// <summary>ObjectMeta as clients write it: every field that is no pointer, set or not.</summary>
    static void Meta(ProtoWriter to, string name) => to.Message(1, m => m.Text(1, name).Text(2, "").Text(3, "").Text(4, "").Text(5, "").Text(6, "").Number(7, 0).Message(8, _ => { }));

    static void Pod(ProtoWriter pod)
    {
        Meta(pod, "p");
        pod.Message(2, spec => spec
            .Message(1, v => v.Text(1, "tmp").Message(2, s => s.Message(2, e => e.Text(1, ""))))
            .Message(1, v => v.Text(1, "cfg").Message(2, s => s.Message(19, c => c.Message(1, r => r.Text(1, "settings")).Number(3, 256))))
            .Message(2, c => c
                .Text(1, "web").Text(2, "i").Text(5, "")
                .Message(6, p => p.Text(1, "").Number(2, 0).Number(3, 80).Text(4, "").Text(5, ""))
                .Message(7, e => e.Text(1, "A").Text(2, "").Message(3, f => f.Message(3, k => k.Message(1, r => r.Text(1, "settings")).Text(2, "a"))))
                .Message(8, r => r.Message(1, l => l.Text(1, "cpu").Message(2, q => q.Text(1, "100m"))))
                .Message(10, p => p.Message(1, h => h.Message(2, g => g.Text(1, "/ok").Message(2, i => i.Number(1, 1).Number(2, 0).Text(3, "http")).Text(4, ""))).Number(2, 0).Number(3, 5))
                .Number(16, 0).Number(18, 1))
            .Text(3, "").Number(4, 0).Text(6, "ClusterFirst")
            .Message(14, s => s.Number(4, 1).Number(4, 2).Bytes(4, 3, 0x80, 1))
            .Number(21, 0)
            .Message(34, e => e.Message(1, c => c.Text(1, "debug")).Text(2, "web")));
        pod.Message(3, s => s.Text(1, ""));
    }

    public static readonly TheoryData<string, Type, byte[], string> Bodies = new()
    {
        { "maps, bytes and a bool by pointer", typeof(Secret),
            ProtoBody.Of("v1", "Secret", o => { Meta(o, "s"); o.Message(2, e => e.Text(1, "k").Bytes(2, 0xFF, 0)).Text(3, "Opaque").Entry(4, "a", "").Number(5, 0); }),
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"/wA="},"type":"Opaque","stringData":{"a":""},"immutable":false}""" },
        { "lists of texts and of messages, times", typeof(Namespace),
            ProtoBody.Of("v1", "Namespace", o => o
                .Message(1, m => m.Message(8, t => t.Number(1, 86400).Number(2, 5)).Message(9, t => t.Number(1, 0).Number(2, 0)).Number(10, 0).Entry(11, "a", "b").Text(14, "x").Text(14, "")
                    .Message(13, r => r.Text(1, "Pod").Text(3, "p").Text(4, "u").Text(5, "v1").Number(7, 0)))
                .Message(2, s => s.Text(1, "kubernetes")).Message(3, s => s.Text(1, ""))),
            """{"apiVersion":"v1","kind":"Namespace","metadata":{"creationTimestamp":"1970-01-02T00:00:00Z","deletionTimestamp":"1970-01-01T00:00:00Z","deletionGracePeriodSeconds":0,"labels":{"a":"b"},"finalizers":["x",""],"ownerReferences":[{"kind":"Pod","name":"p","uid":"u","apiVersion":"v1","blockOwnerDeletion":false}]},"spec":{"finalizers":["kubernetes"]},"status":{}}""" },
        { "inlined messages, quantities, packed lists", typeof(Pod), ProtoBody.Of("v1", "Pod", Pod),
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"volumes":[{"name":"tmp","emptyDir":{}},{"name":"cfg","configMap":{"name":"settings","defaultMode":256}}],"containers":[{"name":"web","image":"i","ports":[{"containerPort":80}],"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"settings","key":"a"}}}],"resources":{"limits":{"cpu":"100m"}},"livenessProbe":{"httpGet":{"path":"/ok","port":"http"},"timeoutSeconds":5},"tty":true}],"terminationGracePeriodSeconds":0,"dnsPolicy":"ClusterFirst","securityContext":{"supplementalGroups":[1,2,3,128]},"automountServiceAccountToken":false,"ephemeralContainers":[{"name":"debug","targetContainerName":"web"}]},"status":{}}""" },
        { "int or string, zero by pointer", typeof(Deployment),
            ProtoBody.Of("apps/v1", "Deployment", o => o.Message(2, s => s.Number(1, 0).Message(4, g => g.Text(1, "RollingUpdate").Message(2, u => u.Message(1, i => i.Number(1, 0).Number(2, 0).Text(3, "")).Message(2, i => i.Number(1, 1).Text(3, "25%")))).Number(5, 0))),
            """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":0,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxSurge":"25%"}}}}""" },
        { "int or string that is no pointer", typeof(Service),
            ProtoBody.Of("v1", "Service", o => o.Message(2, s => s.Message(1, p => p.Number(3, 80).Message(4, i => i.Number(1, 0).Number(2, 0).Text(3, ""))).Text(3, "").Message(14, c => c.Message(1, i => i.Number(1, 7))))),
            """{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80}],"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":7}}}}""" },
        { "messages in messages that JSON inlines", typeof(ValidatingAdmissionPolicy),
            ProtoBody.Of("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", o => o.Message(2, s => s
                .Message(2, m => m.Message(1, _ => { }).Message(3, r => r.Text(1, "a").Message(2, w => w.Text(1, "CREATE").Message(2, l => l.Text(1, "").Text(2, "v1").Text(3, "pods").Text(4, "*")))))
                .Message(3, v => v.Text(1, "true").Text(2, "").Text(4, "")).Message(7, v => v.Text(1, "x").Text(2, "1")))),
            """{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","spec":{"matchConstraints":{"namespaceSelector":{},"resourceRules":[{"resourceNames":["a"],"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"scope":"*"}]},"validations":[{"expression":"true"}],"variables":[{"name":"x","expression":"1"}]}}""" },
        { "webhooks", typeof(MutatingWebhookConfiguration),
            ProtoBody.Of("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", o => o.Message(2, w => w
                .Text(1, "a.b.c").Message(2, c => c.Message(1, s => s.Text(1, "n").Text(2, "s").Number(4, 443)).Text(3, "u"))
                .Message(3, r => r.Text(1, "*").Message(2, l => l.Text(1, "apps"))).Text(6, "None").Number(7, 3).Text(8, "v1").Text(10, "Never").Message(12, m => m.Text(1, "m").Text(2, "true")))),
            """{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","webhooks":[{"name":"a.b.c","clientConfig":{"service":{"namespace":"n","name":"s","port":443},"url":"u"},"rules":[{"operations":["*"],"apiGroups":["apps"]}],"sideEffects":"None","timeoutSeconds":3,"admissionReviewVersions":["v1"],"reinvocationPolicy":"Never","matchConditions":[{"name":"m","expression":"true"}]}]}""" },
        { "microseconds", typeof(Lease),
            ProtoBody.Of("coordination.k8s.io/v1", "Lease", o => o.Message(2, s => s.Message(4, t => t.Number(1, 1).Number(2, 1_234_567)))),
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"renewTime":"1970-01-01T00:00:01.001234Z"}}""" },
        { "JSON inside", typeof(ControllerRevision),
            ProtoBody.Of("apps/v1", "ControllerRevision", o => o.Message(2, r => r.Text(1, "{\"a\":[1]}")).Number(3, 0)),
            """{"apiVersion":"apps/v1","kind":"ControllerRevision","data":{"a":[1]},"revision":0}""" },
        { "options of deletion", typeof(DeleteOptions),
            ProtoBody.Of("v1", "DeleteOptions", o => o.Number(1, 0).Message(2, p => p.Text(1, "u")).Text(4, "Background").Text(5, "All")),
            """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"u"},"propagationPolicy":"Background","dryRun":["All"]}""" },
        { "the last single field wins, messages merge", typeof(ConfigMap),
            ProtoBody.Of("", "", o => o.Message(1, m => m.Text(1, "a").Text(3, "n")).Message(1, m => m.Text(1, "b").Text(3, "")).Entry(2, "k", "1").Entry(2, "k", "2")),
            """{"metadata":{"name":"b"},"data":{"k":"2"}}""" },
        { "a negative number", typeof(Endpoints), ProtoBody.Of("v1", "Endpoints", o => o.Message(1, m => m.Number(7, -5))), """{"apiVersion":"v1","kind":"Endpoints","metadata":{"generation":-5}}""" },
        { "nothing at all", typeof(ConfigMap), [.. "k8s\0"u8], "{}" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public void Gives_the_tree_that_json_would_give(string name, Type record, byte[] body, string json)
    {
        var unknown = new List<string>();
        var obj = KubernetesProtobuf.Decode(body, record, unknown);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), obj), $"{name}: {obj.ToJsonString()}");
        Assert.Empty(unknown);
        Assert.Null(StructuralValidation.TypeError(obj, SchemaReader.Read(record)));
        Assert.Empty(Pruning.Prune(obj, SchemaReader.Read(record)));
    }

    [Fact]
    public void A_map_value_left_out_is_empty_once_pruned()
    {
        var obj = KubernetesProtobuf.Decode(ProtoBody.Of("v1", "ConfigMap", o => o.Message(2, e => e.Text(1, "k"))), typeof(ConfigMap));
        Pruning.Prune(obj, SchemaReader.Read(typeof(ConfigMap)));
        Assert.Equal("{\"k\":\"\"}", obj["data"]!.ToJsonString());
    }

    [Fact]
    public void Unknown_numbers_are_reported_if_they_say_something()
    {
        var unknown = new List<string>();
        KubernetesProtobuf.Decode(ProtoBody.Of("v1", "Namespace", o => o.Number(9, 0).Text(8, "").Message(2, s => s.Number(99, 1)).Text(77, "x")), typeof(Namespace), unknown);
        Assert.Equal(["unknown field \"spec.#99\"", "unknown field \"#77\""], unknown);
    }

    public static readonly TheoryData<string, byte[], string> Broken = new()
    {
        { "no magic", [.. "{}"u8], "expected prefix" },
        { "another kind", ProtoBody.Of("v1", "Secret", _ => { }), "Secret in version \"v1\" cannot be handled as a ConfigMap" },
        { "length beyond the end", [.. "k8s\0"u8, 0x12, 0x7F, 1], "unexpected end" },
        { "huge length", [.. "k8s\0"u8, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], "unexpected end" },
        { "number of eleven bytes", [.. "k8s\0"u8, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], "bytes" },
        { "field number zero", [.. "k8s\0"u8, 0x02, 0], "illegal field number" },
        { "group", [.. "k8s\0"u8, 0x2B], "illegal wire type 3" },
        { "text where a message belongs", ProtoBody.Of("v1", "ConfigMap", o => o.Text(1, "hello")), "invalid protobuf" },
        { "number where a message belongs", ProtoBody.Of("v1", "ConfigMap", o => o.Number(1, 1)), "in place of bytes" },
        { "text where a number belongs", ProtoBody.Of("v1", "ConfigMap", o => o.Text(4, "x")), "in place of a number" },
        { "not UTF-8", ProtoBody.Of("v1", "ConfigMap", o => o.Message(2, e => e.Bytes(1, 0xC3, 0x28))), "not valid UTF-8" },
        { "time out of range", ProtoBody.Of("v1", "ConfigMap", o => o.Message(1, m => m.Message(8, t => t.Number(1, long.MaxValue)))), "out of range" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Refuses_what_is_no_object_of_the_kind(string name, byte[] body, string message)
    {
        var e = Assert.Throws<MalformedInputException>(() => KubernetesProtobuf.Decode(body, typeof(ConfigMap)));
        Assert.True(e.Message.Contains(message, StringComparison.Ordinal), $"{name}: {e.Message}");
    }

    static IEnumerable<Type> Records => typeof(KubeObject).Assembly.GetTypes()
        .Where(t => !t.IsAbstract && t.Namespace?.EndsWith(".V1", StringComparison.Ordinal) == true && t.GetProperties().Any(p => p.IsDefined(typeof(ProtoAttribute))));

    [Fact]
    public void A_map_of_lists_has_messages_of_strings_as_values()
    {
        var body = ProtoBody.Of("authorization.k8s.io/v1", "SubjectAccessReview", m => m.Message(2, spec => spec.Text(3, "jane")
            .Message(5, entry => entry.Text(1, "team").Message(2, items => items.Text(1, "a").Text(1, "b")))));
        var review = KubernetesProtobuf.Decode(body, typeof(Fairlead.Api.Authorization.V1.SubjectAccessReview), null);
        Assert.Equal("""{"user":"jane","extra":{"team":["a","b"]}}""", review["spec"]!.ToJsonString());
    }

    [Fact]
    public void A_schema_or_something_else_is_what_was_written()
    {
        var body = ProtoBody.Of("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd => crd.Message(2, spec => spec.Message(7, version => version.Message(4, validation => validation.Message(1, schema => schema
            .Message(29, entry => entry.Text(1, "open").Message(2, p => p.Message(30, o => o.Number(1, 1))))
            .Message(29, entry => entry.Text(1, "texts").Message(2, p => p.Message(30, o => o.Number(1, 1).Message(2, s => s.Text(5, "string")))))
            .Message(32, entry => entry.Text(1, "a").Message(2, d => d.Text(2, "b").Text(2, "c")))
            .Message(33, o => o.Number(1, 0)))))));
        var version = KubernetesProtobuf.Decode(body, typeof(Fairlead.Api.ApiExtensions.V1.CustomResourceDefinition), null)["spec"]!["versions"]![0]!;
        Assert.Equal("""{"properties":{"open":{"additionalProperties":true},"texts":{"additionalProperties":{"type":"string"}}},"dependencies":{"a":["b","c"]},"additionalItems":false}""",
            version["schema"]!["openAPIV3Schema"]!.ToJsonString());
    }

    /// <summary>Reading a record's numbers throws if two fields share one, at any depth of inlining.</summary>
    [Fact]
    public void Numbers_are_unique_and_each_kind_is_numbered_throughout()
    {
        Assert.True(Records.Count() > 150);
        foreach (var record in Records) Assert.NotEmpty(ProtoMessage.Of(record).Fields);
        var bare = BuiltInResources.All.SelectMany(k => Unnumbered(k.Type!, [])).Distinct().ToArray();
        Assert.True(bare.Length == 0, string.Join(", ", bare));
    }

    static IEnumerable<string> Unnumbered(Type record, HashSet<Type> seen)
    {
        if (!seen.Add(record)) yield break;
        foreach (var property in SchemaReader.Properties(record))
        {
            if (!property.IsDefined(typeof(ProtoAttribute)) && property.DeclaringType != typeof(KubeObject)) yield return $"{record.Name}.{property.Name}";
            var type = SchemaReader.ElementOf(property.PropertyType) ?? SchemaReader.ValueOf(property.PropertyType) ?? property.PropertyType;
            if (type.IsClass && type.Namespace!.EndsWith(".V1", StringComparison.Ordinal))
                foreach (var inner in Unnumbered(type, seen)) yield return inner;
        }
    }

    [Fact, Trait("lane", "fuzz")]
    public void Random_bytes_give_a_tree_or_the_one_exception()
    {
        var seeds = Bodies.Select(b => b.Data).ToArray();
        var random = new Random(FuzzTime.Start);
        var clock = Stopwatch.StartNew();
        for (var round = 0; clock.Elapsed < FuzzTime.Each; round++)
        {
            var (_, record, seed, _) = seeds[random.Next(seeds.Length)];
            var body = Mutate(random, seed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var unknown = new List<string>();
                var obj = KubernetesProtobuf.Decode(body, record, unknown);
                var wrong = StructuralValidation.TypeError(obj, SchemaReader.Read(record));
                Assert.True(wrong is null || wrong.Contains("quantities must match") || wrong.Contains("of type object"), $"only texts and JSON inside can have the wrong type: {wrong}");
                Assert.True(JsonNode.DeepEquals(obj, JsonTree.Parse(JsonTree.Write(obj).Span)));
            }
            catch (MalformedInputException) { }
            catch (Exception e)
            {
                Assert.Fail($"round {round}: {e.GetType().Name} {e.Message}\n{Convert.ToBase64String(body)}\n{e.StackTrace}");
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16L << 20, $"round {round}: too much memory\n{Convert.ToBase64String(body)}");
        }
    }

    static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = new List<byte>(seed);
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var at = random.Next(4, bytes.Count + 1);
            var length = Math.Min(random.Next(12), bytes.Count - at);
            switch (random.Next(4))
            {
                case 0: bytes.RemoveRange(at, length); break;
                case 1: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 2 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                default: bytes.InsertRange(at, Enumerable.Range(0, random.Next(12)).Select(_ => (byte)random.Next(256))); break;
            }
        }
        return [.. bytes];
    }
}
