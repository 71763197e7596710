namespace Fairlead.Node.Images;

/// <summary>An image that a container can't have now: the waiting reason of its status, and its message.</summary>
sealed class ImageException(string reason, string message) : Exception(message)
{
    /// <summary>ErrImagePull, ImagePullBackOff, ErrImageNeverPull or InvalidImageName.</summary>
    public string Reason => reason;
}
