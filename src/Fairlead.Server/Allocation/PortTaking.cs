using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Allocation;

/// <summary>The ports that one write takes. What it took is given back if its reservation is not kept.</summary>
sealed class PortTaking(
    PortClaims claims, (int First, int Last) range, int firstDynamic, bool dryRun, Random random, Reservation reservation, FieldErrors errors, CancellationToken cancellation)
{
    // Among few ports in use a guess is free; only then the claims have to be read.
    const int Guesses = 3;

    readonly HashSet<int> mine = [];

    /// <summary>Takes the port that was asked for, or adds the reason why not to the errors.</summary>
    public async ValueTask TakeAsync(int asked, string path)
    {
        if (await TryTakeAsync(asked).ConfigureAwait(false) is { } why) errors.Invalid(path, asked, why);
    }

    /// <summary>Null, or the reason why not.</summary>
    public async ValueTask<string?> TryTakeAsync(int asked)
    {
        if (asked < range.First || asked > range.Last)
            return string.Create(CultureInfo.InvariantCulture, $"provided port is not in the valid range. The range of valid ports is {range.First}-{range.Last}");
        return await ClaimAsync(asked).ConfigureAwait(false) ? null : "provided port is already allocated";
    }

    /// <summary>Takes some free port: of the part that is given out on request too only when nothing else is left.</summary>
    /// <exception cref="ApiException">InternalError: there is none.</exception>
    public async ValueTask<int> TakeAnyAsync(string what)
    {
        for (var guess = 0; guess < Guesses; guess++)
        {
            var port = random.Next(firstDynamic, range.Last + 1);
            if (await ClaimAsync(port).ConfigureAwait(false)) return port;
        }
        var taken = await claims.AllAsync(cancellation).ConfigureAwait(false);
        foreach (var port in From(firstDynamic, range.Last).Concat(From(range.First, firstDynamic - 1)))
        {
            if (!taken.Contains(port) && await ClaimAsync(port).ConfigureAwait(false)) return port;
        }
        throw Refuse.Internal($"failed to allocate {what}: range is full");
    }

    async ValueTask<bool> ClaimAsync(int port)
    {
        if (mine.Contains(port)) return false;
        var free = dryRun ? await claims.IsFreeAsync(port, cancellation).ConfigureAwait(false) : await claims.TryClaimAsync(port, cancellation).ConfigureAwait(false);
        if (!free) return false;
        mine.Add(port);
        if (!dryRun) reservation.OnUndo(() => claims.ReleaseAsync(port, CancellationToken.None));
        return true;
    }

    // A random start keeps a port that was just given back from being given out at once.
    IEnumerable<int> From(int first, int last)
    {
        var size = last - first + 1;
        if (size <= 0) yield break;
        var start = random.Next(size);
        for (var i = 0; i < size; i++) yield return first + (start + i) % size;
    }
}
