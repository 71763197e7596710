namespace Fairlead.Dataplanes;

/// <summary>A data plane could not bring its rules into the kernel; the message says which, and the kernel's word on it.</summary>
public sealed class DataplaneException : Exception
{
    public DataplaneException(string message) : base(message) { }
    public DataplaneException(string message, Exception inner) : base(message, inner) { }
}
