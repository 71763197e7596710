namespace Fairlead.Server.Routing;

/// <summary>Subresources that connect a client with a node, a Pod or a Service: anything may follow in the path, every method is allowed, and they last as long as both sides like.</summary>
public static class StreamSubresources
{
    /// <param name="subresource">Its name; empty for none.</param>
    public static bool Has(string subresource) => subresource is "proxy" or "exec" or "attach" or "portforward" or "log";
}
