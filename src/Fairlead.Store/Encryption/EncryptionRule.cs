namespace Fairlead.Store.Encryption;

/// <summary>How values of some keys are sealed.</summary>
/// <param name="Prefixes">What those keys begin with.</param>
/// <param name="Ciphers">The first one seals; each of them opens what it sealed.</param>
public sealed record EncryptionRule(IReadOnlyList<string> Prefixes, IReadOnlyList<ValueCipher> Ciphers);
