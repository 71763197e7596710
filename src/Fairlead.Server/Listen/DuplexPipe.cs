using System.IO.Pipelines;

namespace Fairlead.Server.Listen;

/// <summary>The two directions of a connection.</summary>
sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
