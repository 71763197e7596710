namespace Fairlead.Server.Authentication;

/// <summary>Recognises one kind of bearer token.</summary>
public interface ITokenAuthenticator
{
    /// <summary>The token's user; null if this authenticator does not know the token or it is no longer valid.</summary>
    ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation);
}
