namespace Fairlead.Network.Traces;

/// <summary>A question that makes no sense, or names a sender that does not exist. The message is a sentence for the user.</summary>
public sealed class TraceQuestionException(string message) : Exception(message);
