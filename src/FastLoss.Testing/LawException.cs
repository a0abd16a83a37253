namespace FastLoss.Testing;

/// <summary>Laws that do not hold; the message is the report. Any test framework shows it as a failed test.</summary>
public sealed class LawException : Exception
{
    /// <summary>The exception of a report.</summary>
    public LawException(LawReport report)
        : base(report?.ToString()) => Report = report;

    /// <summary>An exception without a report.</summary>
    public LawException()
    {
    }

    /// <summary>An exception without a report.</summary>
    public LawException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without a report.</summary>
    public LawException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The report, if there is one.</summary>
    public LawReport? Report { get; }
}
