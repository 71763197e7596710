using Fairlead.Network.Addresses;

namespace Fairlead.Network.Announcements;

/// <summary>A load balancer's address, and the one node that answers for it on its links.</summary>
public sealed record Announcement(Address Address, string Node, Provenance Source);
