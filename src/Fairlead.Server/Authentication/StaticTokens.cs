using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Server.Authentication;

/// <summary>Tokens known from the start, as in Kubernetes' token file. Compared without leaking how much of one was right.</summary>
public sealed class StaticTokens(IReadOnlyDictionary<string, UserInfo> tokens) : ITokenAuthenticator
{
    readonly (byte[] Hash, UserInfo User)[] known =
        [.. tokens.Select(t => (SHA256.HashData(Encoding.UTF8.GetBytes(t.Key)), t.Value))];

    /// <summary>Reads lines of token,user,uid,"group1,group2"; empty lines and those that begin with # are skipped.</summary>
    public static StaticTokens Parse(IEnumerable<string> lines)
    {
        var tokens = new Dictionary<string, UserInfo>(StringComparer.Ordinal);
        foreach (var line in lines.Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var parts = line.Split(',', 4);
            if (parts.Length < 3) throw new FormatException("a token line is: token,user,uid[,\"group1,group2\"]");
            var groups = parts.Length > 3 ? parts[3].Trim().Trim('"').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
            tokens[parts[0]] = new UserInfo(parts[1], groups, parts[2]);
        }
        return new(tokens);
    }

    public ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        UserInfo? found = null;
        foreach (var (candidate, user) in known)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate, hash)) found = user;
        }
        return new(found);
    }
}
