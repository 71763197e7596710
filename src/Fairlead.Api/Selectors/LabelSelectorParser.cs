namespace Fairlead.Api.Selectors;

/// <summary>
/// The query syntax of label selectors, token by token. The messages are those of apimachinery's labels.Parse, which
/// people search for.
/// </summary>
sealed class LabelSelectorParser(string text)
{
    const string End = "";
    int at;

    public List<LabelRequirement> Parse()
    {
        var list = new List<LabelRequirement>();
        while (true)
        {
            var next = Peek();
            if (next.IsEnd) return list;
            if (!next.IsWord && next.Text != "!") throw new SelectorException($"found '{next.Text}', expected: !, identifier, or 'end of string'");
            list.Add(Requirement());
            var after = Take();
            if (after.IsEnd) return list;
            if (after.Text != "," || after.IsWord) throw new SelectorException($"found '{after.Text}', expected: ',' or 'end of string'");
            var following = Peek();
            if (!following.IsWord && following.Text != "!") throw new SelectorException($"found '{following.Text}', expected: identifier after ','");
        }
    }

    LabelRequirement Requirement()
    {
        var token = Take();
        var negated = token is { IsWord: false, Text: "!" };
        if (negated) token = Take();
        if (!token.IsWord) throw Fault($"found '{token.Text}', expected: identifier");
        var key = token.Text;
        try
        {
            if (negated || Peek() is { IsEnd: true } or { IsWord: false, Text: "," })
                return LabelRequirement.Checked(key, negated ? LabelOperator.DoesNotExist : LabelOperator.Exists, []);
            LabelRequirement.Checked(key, LabelOperator.Exists, []); // a bad key is named before a bad operator
            var op = Operator(Take());
            return LabelRequirement.Checked(key, op, op is LabelOperator.In or LabelOperator.NotIn ? Set() : [Exact()]);
        }
        catch (SelectorException e) when (!e.Message.StartsWith("unable to parse", StringComparison.Ordinal))
        {
            throw Fault(e.Message);
        }
    }

    static LabelOperator Operator(Token token) => token.Text switch
    {
        "in" => LabelOperator.In,
        "notin" => LabelOperator.NotIn,
        "=" => LabelOperator.Equals,
        "==" => LabelOperator.DoubleEquals,
        "!=" => LabelOperator.NotEquals,
        ">" => LabelOperator.GreaterThan,
        "<" => LabelOperator.LessThan,
        _ => throw new SelectorException($"found '{token.Text}', expected: in, notin, =, ==, !=, gt, lt"),
    };

    string Exact()
    {
        if (Peek() is { IsEnd: true } or { IsWord: false, Text: "," }) return "";
        var token = Take();
        return token.IsWord ? token.Text : throw new SelectorException($"found '{token.Text}', expected: identifier");
    }

    /// <summary>(a,b): an empty place between commas is the empty value.</summary>
    List<string> Set()
    {
        var open = Take();
        if (open is not { IsWord: false, Text: "(" }) throw new SelectorException($"found '{open.Text}' expected: '('");
        var values = new List<string>();
        if (Peek() is { IsWord: false, Text: ")" })
        {
            Take();
            return values;
        }
        while (true)
        {
            values.Add(Peek().IsWord ? Take().Text : "");
            var after = Take();
            if (after is { IsWord: false, Text: ")" }) return values;
            if (after is not { IsWord: false, Text: "," }) throw new SelectorException($"found '{after.Text}', expected: ',' or ')'");
        }
    }

    Token Peek()
    {
        var before = at;
        var token = Take();
        at = before;
        return token;
    }

    Token Take()
    {
        while (at < text.Length && IsSpace(text[at])) at++;
        if (at == text.Length) return new(End, false);
        var start = at++;
        if (IsSymbol(text[start]))
        {
            if (at < text.Length && text[at] == '=' && text[start] is ('=' or '!')) at++;
            return new(text[start..at], false);
        }
        while (at < text.Length && !IsSpace(text[at]) && !IsSymbol(text[at])) at++;
        return new(text[start..at], true);
    }

    static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    static bool IsSymbol(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    static SelectorException Fault(string words) => new($"unable to parse requirement: {words}");

    readonly record struct Token(string Text, bool IsWord)
    {
        public bool IsEnd => Text.Length == 0;
    }
}
