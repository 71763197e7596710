namespace Fairlead.Server.FlowControl;

/// <summary>Whom a seat is given back to.</summary>
interface ISeatOwner
{
    /// <summary>The seat is free again; called once for each.</summary>
    void Leave(in FlowSeat seat);
}
