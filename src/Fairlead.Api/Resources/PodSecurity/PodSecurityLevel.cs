namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>How much a Pod may do on its node (Pod Security Standards).</summary>
public enum PodSecurityLevel { Privileged, Baseline, Restricted }

/// <summary>One thing that a level forbids and a Pod does.</summary>
/// <param name="Reason">What it is, such as hostPort.</param>
/// <param name="Detail">Where in the Pod, and what it should be; may be empty.</param>
public sealed record PodSecurityViolation(string Reason, string Detail)
{
    public override string ToString() => Detail.Length == 0 ? Reason : $"{Reason} ({Detail})";
}
