using Fairlead.Client.Https;

namespace Fairlead.Server.Authorization;

/// <summary>How a webhook is asked what someone may do, with upstream's defaults.</summary>
/// <param name="Peer">Its server and how this one shows itself there.</param>
public sealed record AuthorizationWebhook(HttpsTransportOptions Peer)
{
    /// <summary>How long a yes counts; zero: it is not kept.</summary>
    public TimeSpan AllowedLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long another answer does; zero: it is not kept.</summary>
    public TimeSpan RefusedLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits for the answer at most, however often it is tried.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of SubjectAccessReview: v1 or v1beta1.</summary>
    public string ReviewVersion { get; init; } = "v1";

    /// <summary>What is said when it can't be asked: nothing (failurePolicy NoOpinion) or no (Deny).</summary>
    public Verdict OnFailure { get; init; } = Verdict.NoOpinion;

    /// <summary>Which requests it is asked about.</summary>
    public MatchConditions Conditions { get; init; } = MatchConditions.None;
}
