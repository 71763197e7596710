using Fairlead.Api.FlowControl.V1;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.FlowControl;

/// <summary>Whom a rule of a FlowSchema means. Immutable; a question allocates nothing.</summary>
public sealed class FlowSubject
{
    enum Form { Nobody, Everyone, User, Group, AllAccountsOf }

    readonly Form form;
    readonly string text;

    FlowSubject(Form form, string text) => (this.form, this.text) = (form, text);

    public static FlowSubject Of(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject switch
        {
            { Kind: "User", User.Name: "*" } or { Kind: "Group", Group.Name: "*" } => new(Form.Everyone, ""),
            { Kind: "User", User.Name: var name } => new(Form.User, name),
            { Kind: "Group", Group.Name: var name } => new(Form.Group, name),
            { Kind: "ServiceAccount", ServiceAccount: { Name: "*", Namespace: var ns } } => new(Form.AllAccountsOf, $"system:serviceaccount:{ns}:"),
            { Kind: "ServiceAccount", ServiceAccount: { Name: var name, Namespace: var ns } } => new(Form.User, $"system:serviceaccount:{ns}:{name}"),
            _ => new(Form.Nobody, ""), // not let in by validation
        };
    }

    public bool Is(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        switch (form)
        {
            case Form.Everyone: return true;
            case Form.User: return user.Name == text;
            case Form.AllAccountsOf: return user.Name.StartsWith(text, StringComparison.Ordinal);
            case Form.Group:
                for (var i = 0; i < user.Groups.Count; i++)
                {
                    if (user.Groups[i] == text) return true;
                }
                return false;
            default: return false;
        }
    }
}
