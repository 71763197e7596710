using Fairlead.Cel;

namespace Fairlead.Api.AdmissionRegistration;

/// <summary>An expression that was read: the program, or why there is none.</summary>
/// <param name="Program">The program; null if there is an error.</param>
/// <param name="Error">What is wrong, as it follows the value in a message.</param>
public sealed record AdmissionExpression(CelProgram? Program, string? Error);
