using Fairlead.Api.AdmissionRegistration;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>Webhook configurations, policies and bindings: one valid object, and what each change to it is told.</summary>
public sealed class AdmissionKindTests
{
    const string Hook = """{"name":"a.example.com","clientConfig":{"url":"https://a.example.com/p"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"]}],"sideEffects":"None","admissionReviewVersions":["v1"],"matchConditions":[{"name":"a/b","expression":"object.metadata.name != 'x'"}]}""";
    const string Policy = """{"matchConstraints":{"resourceRules":[{"operations":["CREATE","UPDATE"],"apiGroups":["apps"],"apiVersions":["v1"],"resources":["deployments"]}]},"variables":[{"name":"n","expression":"object.spec.replicas"},{"name":"m","expression":"variables.n + 1"}],"validations":[{"expression":"variables.m <= 5","messageExpression":"'at most ' + string(variables.n)","reason":"Forbidden"}],"auditAnnotations":[{"key":"k","valueExpression":"variables.n > 2 ? 'many' : null"}]}""";
    const string Binding = """{"policyName":"p","validationActions":["Deny"],"paramRef":{"name":"x","parameterNotFoundAction":"Deny"},"matchResources":{}}""";

    [Theory]
    [InlineData("name", "'a.example.com'")]
    [InlineData("name", "'example.com'", "name: Invalid value: \"example.com\": should be a domain with at least three segments separated by dots")]
    [InlineData("name", "''", "name: Required value")]
    [InlineData("rules[0].operations", "['*','CREATE']", "rules[0].operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations")]
    [InlineData("rules[0].operations", "['PATCH']", "rules[0].operations[0]: Unsupported value: \"PATCH\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"")]
    [InlineData("rules[0].operations", "[]", "rules[0].operations: Required value")]
    [InlineData("rules[0].apiGroups", "['*','apps']", "rules[0].apiGroups: Invalid value: [\"*\",\"apps\"]: if '*' is present, must not specify other API groups")]
    [InlineData("rules[0].apiVersions", "['']", "rules[0].apiVersions[0]: Required value")]
    [InlineData("rules[0].resources", "['pods','*']", "rules[0].resources: Invalid value: [\"pods\",\"*\"]: if '*' is present, must not specify other resources without subresources")]
    [InlineData("rules[0].resources", "['*','pods/log']")]
    [InlineData("rules[0].resources", "['*/*','pods/log']", "rules[0].resources: Invalid value: [\"*/*\",\"pods/log\"]: if '*/*' is present, must not specify other resources")]
    [InlineData("rules[0].resources", "['pods/*','pods/log']", "rules[0].resources[1]: Invalid value: \"pods/log\": if 'pods/*' is present, must not specify pods/log")]
    [InlineData("rules[0].resources", "['*/scale','pods/scale']", "rules[0].resources[1]: Invalid value: \"pods/scale\": if '*/scale' is present, must not specify pods/scale")]
    [InlineData("timeoutSeconds", "31", "timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds")]
    [InlineData("sideEffects", "null", "sideEffects: Required value: must specify one of None, NoneOnDryRun")]
    [InlineData("admissionReviewVersions", "[]", "admissionReviewVersions: Required value: must specify one of v1, v1beta1")]
    [InlineData("admissionReviewVersions", "['v3']", "admissionReviewVersions: Invalid value: [\"v3\"]: must include at least one of v1, v1beta1")]
    [InlineData("admissionReviewVersions", "['v1','v1']", "admissionReviewVersions[1]: Invalid value: \"v1\": duplicate version")]
    [InlineData("admissionReviewVersions", "['v3','v1beta1']")]
    [InlineData("clientConfig", "{}", "clientConfig: Required value: exactly one of url or service is required")]
    [InlineData("clientConfig", "{'url':'http://a'}", "clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]")]
    [InlineData("clientConfig", "{'service':{'name':'s','namespace':''}}", "clientConfig.service.namespace: Required value: service namespace is required")]
    [InlineData("namespaceSelector", "{'matchExpressions':[{'key':'a','operator':'Near'}]}", "namespaceSelector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator")]
    [InlineData("matchConditions[0].expression", "'object.'", "matchConditions[0].expression: Invalid value: \"object.\": compilation failed: *")]
    [InlineData("matchConditions[0].expression", "'params.a == 1'", "matchConditions[0].expression: Invalid value: \"params.a == 1\": compilation failed: undeclared reference to 'params' (in container '')")]
    [InlineData("matchConditions[0].expression", "'\"a\"'", "matchConditions[0].expression: Invalid value: \"\"a\"\": must evaluate to bool")]
    [InlineData("matchConditions[0].name", "'a b'", "matchConditions[0].name: Invalid value: \"a b\": *")]
    public void Webhooks(string field, string value, string? expected = null)
    {
        foreach (var kind in (string[])["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
            Check(expected is null ? null : "webhooks[0]." + expected, Checked.Create(kind, $$"""{"metadata":{"name":"w"},"webhooks":[{{Changed(Hook, field, value)}}]}"""));
    }

    [Fact]
    public void NamesOfWebhooksAreTheirOwn() => Check("webhooks[1].name: Duplicate value: \"a.example.com\"", Checked.Create("MutatingWebhookConfiguration", $$"""{"metadata":{"name":"w"},"webhooks":[{{Hook}},{{Hook}}]}"""));

    [Fact]
    public void ThereAreAtMost64Conditions()
    {
        var conditions = string.Join(',', Enumerable.Range(0, 65).Select(i => $$"""{"name":"c{{i % 64}}","expression":"true"}"""));
        Assert.Equal(["webhooks[0].matchConditions: Too many: 65: must have at most 64 items", "webhooks[0].matchConditions[64].name: Duplicate value: \"c0\""],
            Checked.Create("MutatingWebhookConfiguration", $$"""{"metadata":{"name":"w"},"webhooks":[{{Changed(Hook, "matchConditions", $"[{conditions}]")}}]}"""));
    }

    [Theory]
    [InlineData("failurePolicy", "'Ignore'")]
    [InlineData("matchConstraints", "null", "matchConstraints: Required value")]
    [InlineData("matchConstraints", "{}", "matchConstraints.resourceRules: Required value")]
    [InlineData("matchConstraints.resourceRules[0].resourceNames", "['a','a']", "matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: \"a\"")]
    [InlineData("matchConstraints.excludeResourceRules", "[{'operations':['*'],'apiGroups':[],'apiVersions':['*'],'resources':['*']}]", "matchConstraints.excludeResourceRules[0].apiGroups: Required value")]
    [InlineData("paramKind", "{'apiVersion':'rules.example.com/v1','kind':'Limit'}")]
    [InlineData("paramKind", "{'apiVersion':'a/b/c','kind':'Limit'}", "paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c")]
    [InlineData("paramKind", "{'apiVersion':'a/','kind':'Limit'}", "paramKind.apiVersion: Invalid value: \"a/\": version must be specified")]
    [InlineData("paramKind", "{'apiVersion':'v1'}", "paramKind.kind: Required value")]
    [InlineData("variables[0].name", "'a-b'", "variables[0].name: Invalid value: \"a-b\": name is not a valid CEL identifier", "variables[1].expression: Invalid value: \"variables.n + 1\": compilation failed: undefined field 'n'", "*", "*")]
    [InlineData("variables[0].expression", "'variables.m'", "variables[0].expression: Invalid value: \"variables.m\": compilation failed: undefined field 'm'")]
    [InlineData("variables[1].name", "'n'", "variables[1].name: Duplicate value: \"n\"", "validations[0].expression: Invalid value: \"variables.m <= 5\": compilation failed: undefined field 'm'")]
    [InlineData("validations", "[]")]
    [InlineData("validations[0].expression", "'1 +'", "validations[0].expression: Invalid value: \"1 +\": compilation failed: *")]
    [InlineData("validations[0].expression", "'variables.m + 1 > 1 ? 1 : 2'", "validations[0].expression: Invalid value: \"variables.m + 1 > 1 ? 1 : 2\": must evaluate to bool")]
    [InlineData("validations[0].expression", "'authorizer.requestResource != null'")]
    [InlineData("validations[0].expression", "'authorizer.group(\"apps\").resource(\"deployments\").check(\"get\").allowed()'")]
    [InlineData("validations[0].expression", "'authorizer.path(\"/\").check(\"get\").reason()'", "validations[0].expression: Invalid value: \"authorizer.path(\"/\").check(\"get\").reason()\": must evaluate to bool")]
    [InlineData("validations[0].messageExpression", "'1'", "validations[0].messageExpression: Invalid value: \"1\": must evaluate to string")]
    [InlineData("validations[0].messageExpression", "'authorizer.x'", "validations[0].messageExpression: Invalid value: \"authorizer.x\": compilation failed: undeclared reference to 'authorizer' (in container '')")]
    [InlineData("validations[0].message", "'a\\nb'", "validations[0].message: Invalid value: \"a\nb\": message must not contain line breaks")]
    [InlineData("validations[0].reason", "'Gone'", "validations[0].reason: Unsupported value: \"Gone\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"")]
    [InlineData("auditAnnotations[0].key", "''", "auditAnnotations[0].key: Invalid value: \"p/\": name part must be non-empty")]
    [InlineData("auditAnnotations[0].valueExpression", "'1'", "auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string null_type]")]
    public void Policies(string field, string value, params string[] expected)
    {
        var found = Checked.Create("ValidatingAdmissionPolicy", $$"""{"metadata":{"name":"p"},"spec":{{Changed(Policy, field, value)}}}""");
        Assert.Equal(expected.Length, found.Count);
        foreach (var (wanted, got) in expected.Zip(found)) Matches(wanted == "*" ? wanted : "spec." + wanted, got);
    }

    [Fact]
    public void APolicySaysSomething() => Assert.Equal(
        ["spec.validations: Required value: validations or auditAnnotations must contain at least one item", "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item"],
        Checked.Create("ValidatingAdmissionPolicy", $$"""{"metadata":{"name":"p"},"spec":{{Changed(Changed(Policy, "validations", "[]"), "auditAnnotations", "[]")}}}"""));

    [Theory]
    [InlineData("policyName", "'p'")]
    [InlineData("policyName", "''", "policyName: Required value")]
    [InlineData("validationActions", "[]", "validationActions: Required value: at least one validation action is required")]
    [InlineData("validationActions", "['Audit','Audit']", "validationActions[1]: Duplicate value: \"Audit\"")]
    [InlineData("validationActions", "['Deny','Warn']", "validationActions: Invalid value: [\"Deny\",\"Warn\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)")]
    [InlineData("validationActions", "['Log']", "validationActions[0]: Unsupported value: \"Log\": supported values: \"Audit\", \"Deny\", \"Warn\"")]
    [InlineData("paramRef", "{'parameterNotFoundAction':'Allow'}", "paramRef: Required value: one of name or selector must be specified")]
    [InlineData("paramRef", "{'selector':{},'parameterNotFoundAction':'Allow'}")]
    [InlineData("paramRef.parameterNotFoundAction", "null", "paramRef.parameterNotFoundAction: Required value")]
    [InlineData("paramRef.parameterNotFoundAction", "'Wait'", "paramRef.parameterNotFoundAction: Unsupported value: \"Wait\": supported values: \"Allow\", \"Deny\"")]
    [InlineData("matchResources.resourceRules", "[{'operations':['*'],'apiGroups':['*'],'apiVersions':['*'],'resources':[]}]", "matchResources.resourceRules[0].resources: Required value")]
    public void Bindings(string field, string value, string? expected = null) =>
        Check(expected is null ? null : "spec." + expected, Checked.Create("ValidatingAdmissionPolicyBinding", $$"""{"metadata":{"name":"b"},"spec":{{Changed(Binding, field, value)}}}"""));

    [Fact]
    public void DefaultsAreUpstreams()
    {
        var hook = Checked.Defaulted("MutatingWebhookConfiguration", """{"webhooks":[{"name":"a.b.c","clientConfig":{"service":{"name":"s","namespace":"n"}},"rules":[{}]}]}""").Objects("webhooks")[0];
        Assert.Equal(("Fail", "Equivalent", 10L, "Never", 443L), (hook.Text("failurePolicy"), hook.Text("matchPolicy"), hook.Number("timeoutSeconds"), hook.Text("reinvocationPolicy"), hook.Number("clientConfig.service.port")));
        Assert.Equal(("{}", "{}", "*"), (hook["namespaceSelector"]!.ToJsonString(), hook["objectSelector"]!.ToJsonString(), hook.Objects("rules")[0].Text("scope")));
        Assert.Equal("""{"matchConstraints":{"resourceRules":[{"scope":"*"}],"namespaceSelector":{},"objectSelector":{},"matchPolicy":"Equivalent"},"failurePolicy":"Fail"}""",
            Checked.Defaulted("ValidatingAdmissionPolicy", """{"spec":{"matchConstraints":{"resourceRules":[{}]}}}""")["spec"]!.ToJsonString());
    }

    [Theory]
    [InlineData("MutatingWebhookConfiguration", """{"webhooks":[{},{}]}""", "Webhooks,Age", "2|<unknown>")]
    [InlineData("ValidatingAdmissionPolicy", """{"spec":{"validations":[{}],"paramKind":{"apiVersion":"v1","kind":"ConfigMap"}}}""", "Validations,ParamKind,Age", "1|v1/ConfigMap|<unknown>")]
    [InlineData("ValidatingAdmissionPolicy", "{}", "Validations,ParamKind,Age", "0|<unset>|<unknown>")]
    [InlineData("ValidatingAdmissionPolicyBinding", """{"spec":{"policyName":"p","paramRef":{"name":"a"}}}""", "PolicyName,ParamRef,Age", "p|*/a|<unknown>")]
    [InlineData("ValidatingAdmissionPolicyBinding", """{"spec":{"policyName":"p","paramRef":{"name":"a","namespace":"n"}}}""", "PolicyName,ParamRef,Age", "p|n/a|<unknown>")]
    public void RowsShowWhatKubectlShows(string kind, string json, string headings, string cells)
    {
        var obj = Checked.Parse(json);
        Assert.Equal(headings, string.Join(',', Checked.Kind(kind).Columns.Select(c => c.Name)));
        Assert.Equal(cells, string.Join('|', Checked.Kind(kind).Columns.Select(c => c.Cell(obj, DateTimeOffset.UnixEpoch)?.ToString())));
    }

    [Theory]
    [InlineData("object.a == oldObject.a && request.userInfo.username == 'u' && namespaceObject == null", false, false, false, true)]
    [InlineData("params.a", false, true, true, false)]
    [InlineData("params.a", true, false, false, true)]
    [InlineData("variables.a", true, false, true, false)]
    [InlineData("authorizer.requestResource", true, true, false, false)]
    public void ExpressionsMayUseWhatIsDeclared(string expression, bool hasParams, bool hasVariables, bool hasAuthorizer, bool expected) =>
        Assert.Equal(expected, AdmissionExpressions.Compile(expression, hasParams, hasVariables, hasAuthorizer).Program is not null);

    static void Check(string? expected, IReadOnlyList<string> found)
    {
        if (expected is null) Assert.Empty(found);
        else Matches(expected, Assert.Single(found));
    }

    static void Matches(string expected, string found)
    {
        if (expected.EndsWith('*')) Assert.StartsWith(expected[..^1], found, StringComparison.Ordinal);
        else Assert.Equal(expected, found);
    }

    /// <summary>The object with one value put at a path; quotes are single in the rows.</summary>
    static string Changed(string json, string path, string value)
    {
        var root = JsonNode.Parse(json)!;
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var at = root;
        foreach (var step in steps[..^1]) at = int.TryParse(step, out var i) ? at[i]! : at[step]!;
        at[steps[^1]] = JsonNode.Parse(Quoted(value));
        return root.ToJsonString();
    }

    // A text in single quotes holds double ones as they are; elsewhere single quotes stand for double ones.
    static string Quoted(string value) => value.StartsWith('\'') ? $"\"{value[1..^1].Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : value.Contains('"', StringComparison.Ordinal) ? value : value.Replace('\'', '"');
}
