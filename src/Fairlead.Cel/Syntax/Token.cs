namespace Fairlead.Cel.Syntax;

enum TokenType { End, Identifier, Sign, Constant }

/// <summary>One word of an expression.</summary>
/// <param name="Text">A name, or a sign.</param>
/// <param name="Value">Of a constant.</param>
readonly record struct Token(TokenType Type, int At, string Text, object? Value = null);
