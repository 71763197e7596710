namespace Fairlead.Cni;

/// <summary>An operation that failed, with the code that CNI spec 1.1 §"Error" gives it.</summary>
sealed class CniException(int code, string message, string details = "") : Exception(message)
{
    public const int IncompatibleVersion = 1, UnsupportedField = 2, UnknownContainer = 3, InvalidEnvironment = 4,
        InputOutput = 5, Decoding = 6, InvalidConfiguration = 7, TryAgainLater = 11, NotAvailable = 50, Failed = 100;

    public int Code => code;
    public string Details => details;
}
