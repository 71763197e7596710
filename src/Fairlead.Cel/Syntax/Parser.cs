namespace Fairlead.Cel.Syntax;

/// <summary>
/// Words to an expression (cel-spec, Syntax), macros made out. Bounded: an expression is at most 100,000 characters
/// long and 100 levels deep, so that no walk over it can exhaust the stack.
/// </summary>
sealed class Parser
{
    const int MaxLength = 100_000;
    const int MaxDepth = 100;

    static readonly string[] Reserved = ["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];
    static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];

    readonly Lexer lexer;
    Token token;
    int depth;

    Parser(string text)
    {
        lexer = new(text);
        token = lexer.Next();
    }

    /// <exception cref="CelException">The text is no expression.</exception>
    public static Expr Parse(string text)
    {
        if (text.Length > MaxLength) throw new CelException($"expression code point size exceeds limit: size: {text.Length}, limit {MaxLength}");
        var parser = new Parser(text);
        var expr = parser.Expression();
        if (parser.token.Type != TokenType.End) throw Lexer.Wrong($"mismatched input '{parser.token.Text}'", parser.token.At);
        return expr;
    }

    Expr Expression()
    {
        if (++depth > MaxDepth) throw new CelException("expression recursion limit exceeded");
        var condition = Binary(0);
        var at = token.At;
        if (Take("?"))
        {
            var then = Binary(0);
            Expect(":");
            condition = new Conditional(at, condition, then, Expression());
        }
        depth--;
        return condition;
    }

    Expr Binary(int level)
    {
        if (level == Levels.Length) return Unary();
        var left = Binary(level + 1);
        for (var chained = 0; token.Type == TokenType.Sign && Levels[level].Contains(token.Text); chained++)
        {
            // A chain hangs to the left, so its length is depth to whoever walks it.
            if (chained > MaxDepth) throw new CelException("expression recursion limit exceeded");
            var sign = token;
            Move();
            left = new Operator(sign.At, sign.Text, left, Binary(level + 1));
        }
        return left;
    }

    Expr Unary()
    {
        if (token.Type != TokenType.Sign || token.Text is not ("!" or "-")) return Member();
        if (++depth > MaxDepth) throw new CelException("expression recursion limit exceeded");
        var sign = token;
        Move();
        Expr made;
        if (sign.Text == "-" && token is { Type: TokenType.Constant, Value: long or double or ulong } constant && (constant.Value is not ulong || constant.Text == "min"))
        {
            Move();
            made = Members(new Literal(sign.At, constant.Value switch { long n => -n, double d => -d, _ => (object)long.MinValue }));
        }
        else made = new Operator(sign.At, sign.Text, Unary(), null);
        depth--;
        return made;
    }

    Expr Member() => Members(Primary());

    Expr Members(Expr operand)
    {
        for (var chained = 0; ; chained++)
        {
            if (chained > MaxDepth) throw new CelException("expression recursion limit exceeded");
            var at = token.At;
            if (Take("."))
            {
                var optional = Take("?");
                var name = Name();
                operand = !optional && Take("(") ? Macros.Expand(new Call(at, name, operand, Arguments(")"))) : new Select(at, operand, name, optional);
            }
            else if (Take("["))
            {
                var optional = Take("?");
                var key = Expression();
                Expect("]");
                operand = new Index(at, operand, key, optional);
            }
            else return operand;
        }
    }

    Expr Primary()
    {
        var first = token;
        if (first.Type == TokenType.Constant)
        {
            if (first.Text == "min") throw Lexer.Wrong("invalid int literal", first.At);
            Move();
            return new Literal(first.At, first.Value);
        }
        if (first.Type == TokenType.Identifier || (first.Text == "." && first.Type == TokenType.Sign))
        {
            Take(".");
            var name = Name();
            if (Reserved.Contains(name)) throw Lexer.Wrong($"reserved identifier: {name}", first.At);
            return Take("(") ? Macros.Expand(new Call(first.At, name, null, Arguments(")"))) : new Ident(first.At, name);
        }
        if (Take("("))
        {
            var inner = Expression();
            Expect(")");
            return inner;
        }
        if (Take("[")) return List(first.At);
        if (Take("{")) return Map(first.At);
        throw Lexer.Wrong(first.Type == TokenType.End ? "mismatched input '<EOF>'" : $"mismatched input '{first.Text}'", first.At);
    }

    ListMaker List(int at)
    {
        var elements = new List<(Expr, bool)>();
        while (!Take("]"))
        {
            var optional = Take("?");
            elements.Add((Expression(), optional));
            if (Take("]")) break;
            Expect(",");
        }
        return new(at, elements);
    }

    MapMaker Map(int at)
    {
        var entries = new List<(Expr, Expr, bool)>();
        while (!Take("}"))
        {
            var optional = Take("?");
            var key = Expression();
            Expect(":");
            entries.Add((key, Expression(), optional));
            if (Take("}")) break;
            Expect(",");
        }
        return new(at, entries);
    }

    List<Expr> Arguments(string end)
    {
        var list = new List<Expr>();
        while (!Take(end))
        {
            list.Add(Expression());
            if (Take(end)) break;
            Expect(",");
        }
        return list;
    }

    string Name()
    {
        if (token.Type != TokenType.Identifier) throw Lexer.Wrong($"no viable alternative at input '{token.Text}'", token.At);
        var name = token.Text;
        Move();
        return name;
    }

    bool Take(string sign)
    {
        if (token.Type != TokenType.Sign || token.Text != sign) return false;
        Move();
        return true;
    }

    void Expect(string sign)
    {
        if (!Take(sign)) throw Lexer.Wrong($"missing '{sign}' at '{(token.Type == TokenType.End ? "<EOF>" : token.Text)}'", token.At);
    }

    void Move() => token = lexer.Next();
}
