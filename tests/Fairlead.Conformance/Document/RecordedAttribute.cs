using System.Reflection;
using Xunit.v3;

[assembly: Fairlead.Conformance.Document.Recorded]

namespace Fairlead.Conformance.Document;

/// <summary>Notes how each behaviour ended, for docs/CONFORMANCE.md.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class RecordedAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!Behaviours.IsTitle(test.TestDisplayName)) return;
        ConformanceRun.Ended(test.TestDisplayName, TestContext.Current.TestState?.Result);
    }
}
