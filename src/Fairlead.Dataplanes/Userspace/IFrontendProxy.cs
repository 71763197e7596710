using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>Listens for one frontend. Disposing it ends the listening.</summary>
interface IFrontendProxy : IDisposable
{
    /// <summary>Where the kernel is to send the frontend's packets.</summary>
    int Port { get; }

    /// <summary>The table has changed: what must not go on as it is ends.</summary>
    void Follow(NodeTable table);
}
