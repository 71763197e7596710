namespace Fairlead.Cli;

/// <summary>A command can't do what it was asked. The message is one sentence that says what is wrong and what to do.</summary>
public sealed class CommandException(string message) : Exception(message);
