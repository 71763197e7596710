using Fairlead.Json;

namespace Fairlead.Server.Tests.Admission;

public sealed class AdmissionPolicyTests : IAsyncLifetime
{
    const string Group = "/apis/admissionregistration.k8s.io/v1/";

    readonly TestServer server = new();
    string ns = "";

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        ns = await server.NamespaceAsync("policies");
        await server.PatchAsync($"/api/v1/namespaces/{ns}", "application/merge-patch+json", """{"metadata":{"labels":{"env":"prod"}}}""");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>A policy about ConfigMaps and what is bound to it.</summary>
    /// <param name="spec">Of the policy, but for its constraints.</param>
    /// <param name="binding">Of the binding, but for the policy's name.</param>
    async Task BindAsync(string spec, string binding = """{"validationActions":["Deny"]}""")
    {
        var policy = JsonNode.Parse(spec)!.AsObject();
        policy["matchConstraints"] ??= JsonNode.Parse("""{"resourceRules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]}""");
        var bound = JsonNode.Parse(binding)!.AsObject();
        bound["policyName"] = "p";
        var made = await server.PostAsync(Group + "validatingadmissionpolicies", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "p" }, ["spec"] = policy }.ToJsonString());
        Assert.True(made.Code == 201, made.Text);
        made = await server.PostAsync(Group + "validatingadmissionpolicybindings", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "b" }, ["spec"] = bound }.ToJsonString());
        Assert.True(made.Code == 201, made.Text);
    }

    Task<Answer> CreateAsync(string name = "m", string data = """{"a":"1"}""", string query = "") =>
        server.PostAsync($"/api/v1/namespaces/{ns}/configmaps{query}", $$$"""{"metadata":{"name":"{{{name}}}"},"data":{{{data}}}}""");

    [Theory]
    [InlineData("true", """{"expression":"object.data.a == '1'"}""", null)]
    [InlineData("false", """{"expression":"object.data.a == '2'"}""", "failed expression: object.data.a == '2'")]
    [InlineData("a message", """{"expression":"false","message":"never"}""", "never")]
    [InlineData("a message made", """{"expression":"false","message":"never","messageExpression":"'no ' + object.metadata.name"}""", "no m")]
    [InlineData("a message that can't be made", """{"expression":"false","message":"never","messageExpression":"object.none"}""", "never")]
    [InlineData("an error", """{"expression":"object.none == 1"}""", "expression 'object.none == 1' resulted in error: no such key: none")]
    [InlineData("the request", """{"expression":"request.operation == 'CREATE' && request.resource.resource == 'configmaps' && request.userInfo.username == 'admin' && !request.dryRun && request.options.kind == 'CreateOptions'"}""", null)]
    [InlineData("no old object", """{"expression":"oldObject == null && object != null"}""", null)]
    [InlineData("the namespace", """{"expression":"namespaceObject.metadata.labels.env == 'prod'"}""", null)]
    [InlineData("a time", """{"expression":"object.metadata.creationTimestamp < timestamp('2100-01-01T00:00:00Z')"}""", null)]
    [InlineData("no parameters", """{"expression":"true"}""", null)]
    public async Task A_validation_holds_or_says_why(string why, string validation, string? message)
    {
        await BindAsync($$"""{"validations":[{{validation}}]}""");
        var made = await CreateAsync();
        Assert.True(made.Code == (message is null ? 201 : 422), $"{why}: {made.Text}");
        if (message is null) return;
        Assert.Equal($"configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: {message}", made.Message);
        Assert.Equal("Invalid", made.Reason);
        Assert.Equal($"ValidatingAdmissionPolicy 'p' with binding 'b' denied request: {message}", made.At("details.causes.0.message"));
    }

    [Theory]
    [InlineData("Forbidden", 403)]
    [InlineData("Invalid", 422)]
    [InlineData("RequestEntityTooLarge", 413)]
    public async Task A_validation_gives_the_reason(string reason, int code)
    {
        await BindAsync($$$"""{"validations":[{"expression":"false","reason":"{{{reason}}}"}]}""");
        var made = await CreateAsync();
        Assert.Equal((code, reason), (made.Code, made.Reason));
    }

    [Fact]
    public async Task An_update_and_a_deletion_are_seen_with_the_old_object()
    {
        await BindAsync("""
            {"validations":[
              {"expression":"request.operation != 'UPDATE' || object.data.a >= oldObject.data.a","message":"only up"},
              {"expression":"request.operation != 'DELETE' || (object == null && oldObject.data.a != '2')","message":"two stays"}]}
            """);
        await CreateAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps/m";
        Assert.Equal(200, (await server.PatchAsync(path, "application/merge-patch+json", """{"data":{"a":"2"}}""")).Code);
        Assert.EndsWith("only up", (await server.PatchAsync(path, "application/merge-patch+json", """{"data":{"a":"1"}}""")).Message);
        Assert.EndsWith("two stays", (await server.DeleteAsync(path)).Message);
        Assert.Equal(200, (await server.PatchAsync(path, "application/merge-patch+json", """{"data":{"a":"3"}}""")).Code);
        Assert.Equal(200, (await server.DeleteAsync(path)).Code);
    }

    [Fact]
    public async Task Variables_are_made_when_they_are_asked_for()
    {
        await BindAsync("""
            {"variables":[{"name":"data","expression":"object.data"},{"name":"big","expression":"variables.data.size() > 1"},{"name":"broken","expression":"object.none.none"}],
             "validations":[{"expression":"!variables.big","messageExpression":"'too many: ' + string(variables.data.size())"},{"expression":"object.metadata.name != 'broken' || variables.broken"}]}
            """);
        Assert.Equal(201, (await CreateAsync()).Code);
        Assert.EndsWith("denied request: too many: 2", (await CreateAsync("n", """{"a":"1","b":"2"}""")).Message);
        Assert.EndsWith("resulted in error: composited variable \"broken\" fails to evaluate: no such key: none", (await CreateAsync("broken")).Message);
    }

    [Theory]
    [InlineData("""["Deny"]""", 422, null)]
    [InlineData("""["Warn"]""", 201, "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': never\"")]
    [InlineData("""["Audit"]""", 201, null)]
    [InlineData("""["Warn","Audit"]""", 201, "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': never\"")]
    public async Task A_binding_says_what_happens(string actions, int code, string? warning)
    {
        await BindAsync("""{"validations":[{"expression":"false","message":"never"}]}""", $$$"""{"validationActions":{{{actions}}}}""");
        var made = await CreateAsync();
        Assert.Equal(code, made.Code);
        Assert.Equal(warning, made.Warnings.SingleOrDefault());
    }

    [Theory]
    [InlineData("an error in a validation", """{"failurePolicy":"Ignore","validations":[{"expression":"object.none == 1"}]}""", 201)]
    [InlineData("a validation that fails all the same", """{"failurePolicy":"Ignore","validations":[{"expression":"object.none == 1"},{"expression":"false"}]}""", 422)]
    [InlineData("a condition that does not hold", """{"matchConditions":[{"name":"c","expression":"object.data.a == '2'"}],"validations":[{"expression":"false"}]}""", 201)]
    [InlineData("a condition that can't be told", """{"matchConditions":[{"name":"c","expression":"object.none.none"}],"validations":[{"expression":"true"}]}""", 422)]
    [InlineData("a condition that can't be told, ignored", """{"failurePolicy":"Ignore","matchConditions":[{"name":"c","expression":"object.none.none"}],"validations":[{"expression":"false"}]}""", 201)]
    [InlineData("a resource that is left out", """{"matchConstraints":{"resourceRules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}],"excludeResourceRules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]},"validations":[{"expression":"false"}]}""", 201)]
    [InlineData("another name", """{"matchConstraints":{"resourceRules":[{"resourceNames":["n"],"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]},"validations":[{"expression":"false"}]}""", 201)]
    [InlineData("its name", """{"matchConstraints":{"resourceRules":[{"resourceNames":["m"],"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]},"validations":[{"expression":"false"}]}""", 422)]
    [InlineData("too much work", """{"validations":[{"expression":"[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, [0,1,2,3,4,5,6,7,8,9].all(g, true)))))))"}]}""", 422)]
    public async Task A_policy_counts_where_it_says(string why, string spec, int code)
    {
        await BindAsync(spec);
        var made = await CreateAsync();
        Assert.True(made.Code == code, $"{why}: {made.Text}");
    }

    [Fact]
    public async Task A_binding_narrows_its_policy_and_a_policy_without_one_does_nothing()
    {
        await BindAsync("""{"validations":[{"expression":"false"}]}""", """{"validationActions":["Deny"],"matchResources":{"namespaceSelector":{"matchLabels":{"env":"test"}}}}""");
        Assert.Equal(201, (await CreateAsync("a")).Code);
        await server.PatchAsync($"/api/v1/namespaces/{ns}", "application/merge-patch+json", """{"metadata":{"labels":{"env":"test"}}}""");
        Assert.Equal(422, (await CreateAsync("b")).Code);
        await server.DeleteAsync(Group + "validatingadmissionpolicybindings/b");
        Assert.Equal(201, (await CreateAsync("b")).Code);
    }

    const string Limits = """{"paramKind":{"apiVersion":"v1","kind":"ConfigMap"},"validations":[{"expression":"!has(object.data.n) || int(object.data.n) <= int(params.data.most)"}]}""";

    [Theory]
    [InlineData("by name, here", """{"name":"limits","parameterNotFoundAction":"Deny"}""", 422)]
    [InlineData("by name, elsewhere", """{"name":"limits","namespace":"default","parameterNotFoundAction":"Deny"}""", 201)]
    [InlineData("by labels", """{"selector":{"matchLabels":{"limits":"yes"}},"parameterNotFoundAction":"Deny"}""", 422)]
    [InlineData("none, denied", """{"name":"none","parameterNotFoundAction":"Deny"}""", 422)]
    [InlineData("none, allowed", """{"name":"none","parameterNotFoundAction":"Allow"}""", 201)]
    public async Task Parameters_are_found(string why, string reference, int code)
    {
        await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"limits","labels":{"limits":"yes"}},"data":{"most":"3"}}""");
        await server.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"limits"},"data":{"most":"9"}}""");
        await BindAsync(Limits, $$$"""{"validationActions":["Deny"],"paramRef":{{{reference}}}}""");
        var made = await CreateAsync("m", """{"n":"5"}""");
        Assert.True(made.Code == code, $"{why}: {made.Text}");
        if (why == "none, denied") Assert.EndsWith("denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction", made.Message);
    }

    [Fact]
    public async Task A_policy_can_ask_who_may_do_what()
    {
        await BindAsync("""
            {"validations":[{"expression":"authorizer.group('').resource('secrets').namespace(request.namespace).check('get').allowed()","message":"readers of secrets alone"},
                            {"expression":"authorizer.requestResource.check('create').allowed()"}]}
            """);
        await server.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["create"]}]}""");
        await server.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", """{"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"jane"}]}""");
        Assert.Equal(201, (await CreateAsync("a")).Code);
        using var jane = server.Client(TestCertificates.Client("CN=jane"));
        using var refused = await jane.PostAsync($"/api/v1/namespaces/{ns}/configmaps", new StringContent("""{"metadata":{"name":"b"}}""", null, "application/json"));
        Assert.Contains("readers of secrets alone", await refused.Content.ReadAsStringAsync());
        await server.PatchAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles/r", "application/merge-patch+json", """{"rules":[{"apiGroups":[""],"resources":["configmaps","secrets"],"verbs":["create","get"]}]}""");
        using var taken = await jane.PostAsync($"/api/v1/namespaces/{ns}/configmaps", new StringContent("""{"metadata":{"name":"b"}}""", null, "application/json"));
        Assert.Equal(201, (int)taken.StatusCode);
    }

    [Theory]
    [InlineData("authorization.k8s.io", "subjectaccessreviews", """{"spec":{"user":"u","nonResourceAttributes":{"path":"/","verb":"get"}}}""", "object.spec.user != 'u'")]
    [InlineData("authentication.k8s.io", "selfsubjectreviews", "{}", "request.userInfo.username != 'admin'")]
    public async Task Reviews_are_judged_as_creates(string group, string resource, string review, string expression)
    {
        var path = $"/apis/{group}/v1/{resource}";
        var made = await server.PostAsync(path, review);
        Assert.True(made.Code == 201, made.Text);
        await BindAsync($$$"""{"validations":[{"expression":"{{{expression}}}"}],"matchConstraints":{"resourceRules":[{"operations":["CREATE"],"apiGroups":["{{{group}}}"],"apiVersions":["v1"],"resources":["{{{resource}}}"]}]}}""");
        made = await server.PostAsync(path, review);
        Assert.Equal(422, made.Code);
        Assert.Contains($"ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: {expression}", made.Message, StringComparison.Ordinal);
    }
}
