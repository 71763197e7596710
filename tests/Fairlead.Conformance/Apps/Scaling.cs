namespace Fairlead.Conformance.Apps;

/// <summary>What a scale subresource does for any workload: it is read, replaced and patched, and the object follows.</summary>
static class Scaling
{
    /// <param name="name">An object of one replica; it has four in the end.</param>
    public static async Task CheckAsync(Resource objects, string name, string selector)
    {
        var scale = await objects.GetAsync(name, "scale");
        Assert.Equal(("autoscaling/v1", "Scale", 1, selector), (scale.Text("apiVersion"), scale.Text("kind"), scale.Number("spec.replicas"), scale.Text("status.selector")));
        scale["spec"]!["replicas"] = 2;
        // Of whatever revision: the controller writes the status meanwhile.
        scale["metadata"]!.AsObject().Remove("resourceVersion");
        Assert.Equal(2, (await objects.UpdateAsync(scale, "scale")).Number("spec.replicas"));
        Assert.Equal(2, (await objects.GetAsync(name)).Number("spec.replicas"));
        await objects.PatchAsync(name, """{"spec":{"replicas":4}}""", subresource: "scale");
        Assert.Equal(4, (await objects.GetAsync(name)).Number("spec.replicas"));
    }
}
