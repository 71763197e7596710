namespace Fairlead.Server.Tests.Admission;

/// <summary>The kinds of admissionregistration.k8s.io as they are served; what they do is tested beside what does it.</summary>
[Collection(nameof(TestServer))]
public sealed class AdmissionKindsTests(TestServer server)
{
    const string Group = "/apis/admissionregistration.k8s.io/v1";

    [Fact]
    public async Task A_webhook_configuration_gets_its_defaults_and_counts_its_generations()
    {
        // Its rules match no request: the server is shared.
        var made = await server.PostAsync(Group + "/mutatingwebhookconfigurations", """
            {"metadata":{"name":"kinds.example.com"},"webhooks":[{"name":"a.example.com","clientConfig":{"service":{"name":"s","namespace":"n"}},"sideEffects":"None","admissionReviewVersions":["v1"],
             "rules":[{"operations":["CREATE"],"apiGroups":["nobody.example.com"],"apiVersions":["v1"],"resources":["nothings"]}]}]}
            """);
        Assert.Equal((201, "1", "Fail", "443", "Never", "10", "*"), (made.Code, made.At("metadata.generation"), made.At("webhooks.0.failurePolicy"), made.At("webhooks.0.clientConfig.service.port"),
            made.At("webhooks.0.reinvocationPolicy"), made.At("webhooks.0.timeoutSeconds"), made.At("webhooks.0.rules.0.scope")));
        var patched = await server.PatchAsync(Group + "/mutatingwebhookconfigurations/kinds.example.com", "application/strategic-merge-patch+json", """{"webhooks":[{"name":"a.example.com","timeoutSeconds":5}]}""");
        Assert.Equal((200, "2", "5", "s"), (patched.Code, patched.At("metadata.generation"), patched.At("webhooks.0.timeoutSeconds"), patched.At("webhooks.0.clientConfig.service.name")));
        var refused = await server.PatchAsync(Group + "/mutatingwebhookconfigurations/kinds.example.com", "application/strategic-merge-patch+json", """{"webhooks":[{"name":"a.example.com","sideEffects":"Some"}]}""");
        Assert.Equal((422, "MutatingWebhookConfiguration.admissionregistration.k8s.io \"kinds.example.com\" is invalid: webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\""), (refused.Code, refused.Message));
        Assert.Equal(200, (await server.DeleteAsync(Group + "/mutatingwebhookconfigurations/kinds.example.com")).Code);
    }

    [Fact]
    public async Task A_policy_keeps_its_status_apart()
    {
        const string path = Group + "/validatingadmissionpolicies";
        var made = await server.PostAsync(path, """
            {"metadata":{"name":"kinds.example.com"},"spec":{"matchConstraints":{"resourceRules":[{"operations":["CREATE"],"apiGroups":["nobody.example.com"],"apiVersions":["v1"],"resources":["nothings"]}]},
             "validations":[{"expression":"object.spec.size < 3 || authorizer.requestResource.check('override').allowed()","messageExpression":"'%d is too many'.format([object.spec.size])"}]},"status":{"observedGeneration":9}}
            """);
        Assert.Equal((201, "1", null, "Equivalent"), (made.Code, made.At("metadata.generation"), made.At("status.observedGeneration"), made.At("spec.matchConstraints.matchPolicy")));
        var status = await server.PatchAsync(path + "/kinds.example.com/status", "application/merge-patch+json", """{"status":{"observedGeneration":1,"typeChecking":{}},"spec":{"failurePolicy":"Ignore"}}""");
        Assert.Equal((200, "1", "Fail", "1"), (status.Code, status.At("status.observedGeneration"), status.At("spec.failurePolicy"), status.At("metadata.generation")));
        var refused = await server.PatchAsync(path + "/kinds.example.com", "application/merge-patch+json", """{"spec":{"validations":[{"expression":"params.size > 1"}]}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("spec.validations[0].expression: Invalid value: \"params.size > 1\": compilation failed: undeclared reference to 'params'", refused.Message!, StringComparison.Ordinal);
        var table = await server.GetAsync(path + "/kinds.example.com", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["kinds.example.com", "1", "<unset>"], table.Json["rows"]![0]!["cells"]!.AsArray().Take(3).Select(c => c!.ToString()));
        Assert.Equal(200, (await server.DeleteAsync(path + "/kinds.example.com")).Code);
    }
}
