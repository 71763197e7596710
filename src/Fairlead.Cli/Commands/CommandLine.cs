using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>How the command line is understood beyond what its parser does.</summary>
public static class CommandLine
{
    /// <summary>No arguments, and `help COMMAND…`, mean the help.</summary>
    public static string[] Usual(string[] arguments) => arguments switch
    {
        [] or ["help"] => ["--help"],
        ["help", .. var command] => [.. command, "--help"],
        _ => arguments,
    };

    /// <summary>One sentence about what is wrong, and where to look, or null when all is well.</summary>
    public static string? Complaint(ParseResult asked)
    {
        if (asked.Errors.Count == 0 || asked.Tokens.Any(t => t.Value is "--help" or "-h" or "-?")) return null;
        var words = new List<string>();
        for (var at = asked.CommandResult; at.Parent is System.CommandLine.Parsing.CommandResult parent; at = parent) words.Insert(0, at.Command.Name);
        var sentence = asked.UnmatchedTokens is [var unknown, ..] ? $"{unknown} is not known here" : OneLine(asked.Errors[0].Message);
        return $"{sentence}. See ./fairlead {string.Concat(words.Select(w => w + " "))}--help.";
    }

    // The parser sets allowed values in lines of their own, and names types as programmers do.
    static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.')
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal);
}
