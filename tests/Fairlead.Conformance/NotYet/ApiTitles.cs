namespace Fairlead.Conformance;

static class ApiTitles
{
    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-api-machinery", "custom resources", """
            CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert a non homogeneous list of CRs
            CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert from CR v1 to CR v2
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] removes definition from spec when one version gets changed to not be served
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] updates the published spec when one version gets renamed
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields at the schema root
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields in an embedded object
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD with validation schema
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD without validation schema
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of different groups
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group and version but different kinds
            CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group but different versions
            FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema
            FieldValidation should create/apply a valid CR for CRD with validation schema
            FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema
            FieldValidation should detect duplicates in a CR when preserving unknown fields
            FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR
            """),
    ];
}
