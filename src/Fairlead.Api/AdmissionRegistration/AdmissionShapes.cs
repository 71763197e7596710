using Fairlead.Api.Core.V1;
using Fairlead.Api.Schema;
using Fairlead.Cel.Types;

namespace Fairlead.Api.AdmissionRegistration;

/// <summary>The types of the variables of admission that are the same for every kind (apiserver, pkg/admission/plugin/cel: BuildRequestType, BuildNamespaceType).</summary>
static class AdmissionShapes
{
    /// <summary>request: the AdmissionRequest without its objects.</summary>
    public static readonly CelShape Request = Object("kubernetes.AdmissionRequest",
        ("kind", Named("GroupVersionKind", "group", "version", "kind")), ("resource", Named("GroupVersionResource", "group", "version", "resource")), ("subResource", CelShape.Text),
        ("requestKind", Named("GroupVersionKind", "group", "version", "kind")), ("requestResource", Named("GroupVersionResource", "group", "version", "resource")), ("requestSubResource", CelShape.Text),
        ("name", CelShape.Text), ("namespace", CelShape.Text), ("operation", CelShape.Text), ("dryRun", CelShape.Bool), ("options", CelShape.Dyn),
        ("userInfo", Object("kubernetes.UserInfo", ("username", CelShape.Text), ("uid", CelShape.Text), ("groups", CelShape.List(CelShape.Text)), ("extra", CelShape.Map(CelShape.List(CelShape.Text))))));

    /// <summary>namespaceObject.</summary>
    public static readonly CelShape Namespace = SchemaShapes.Of(SchemaReader.Read(typeof(Namespace)));

    static CelShape Named(string name, params string[] texts) => Object("kubernetes." + name, [.. texts.Select(t => (t, CelShape.Text))]);

    static CelShape Object(string name, params (string Name, CelShape Shape)[] fields) =>
        CelShape.Object(name, fields.ToDictionary(f => f.Name, f => f.Shape, StringComparer.Ordinal));
}
