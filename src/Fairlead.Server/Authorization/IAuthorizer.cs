namespace Fairlead.Server.Authorization;

/// <summary>Decides whether someone may do something.</summary>
public interface IAuthorizer
{
    ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation);
}
