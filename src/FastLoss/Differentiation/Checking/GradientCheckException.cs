namespace FastLoss;

/// <summary>A gradient check did not pass; the message is its report.</summary>
public sealed class GradientCheckException : Exception
{
    /// <summary>The exception for a report.</summary>
    public GradientCheckException(GradientCheckReport report)
        : base(report?.ToString()) => Report = report;

    /// <summary>An exception without a report.</summary>
    public GradientCheckException()
    {
    }

    /// <summary>An exception without a report.</summary>
    public GradientCheckException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without a report.</summary>
    public GradientCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The report, if there is one.</summary>
    public GradientCheckReport? Report { get; }
}
