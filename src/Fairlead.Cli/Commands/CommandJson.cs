using System.Text.Json.Serialization;

namespace Fairlead.Cli.Commands;

/// <summary>What commands read as JSON from their arguments.</summary>
[JsonSerializable(typeof(string[]))]
sealed partial class CommandJson : JsonSerializerContext;
