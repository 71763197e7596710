namespace Fairlead.Conformance.Document;

/// <summary>Ends a test that can't be played here, and notes why for the document.</summary>
static class Skip
{
    public static void Unless(bool condition, string why)
    {
        if (condition) return;
        if (TestContext.Current.Test?.TestDisplayName is { } title) ConformanceRun.Left(title, why);
        Assert.Skip(why);
    }
}
