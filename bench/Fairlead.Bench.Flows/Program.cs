using System.Globalization;
using Fairlead.Bench.Flows;

// fairlead-bench-flows [FLOWS [STALE]]    needs root and conntrack; makes a network namespace and removes it
var flows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
var stale = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
new FlowsBench(flows, stale).Run();
