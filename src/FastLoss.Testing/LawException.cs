namespace FastLoss.Testing;

/// <summary>A law that does not hold, with the smallest input found for which it does not. Any test framework shows it as a failed test.</summary>
public sealed class LawException : Exception
{
    /// <summary>A law that does not hold.</summary>
    /// <param name="law">Which.</param>
    /// <param name="subject">Of what: the loss's type and its parameters.</param>
    /// <param name="input">The smallest input found; empty where it does not matter.</param>
    /// <param name="difference">What came, and what was expected.</param>
    /// <param name="replay">What <see cref="LawOptions.Replay"/> takes; null where nothing was drawn.</param>
    public LawException(Law law, string subject, string input, string difference, string? replay)
        : base(Text(law, subject, input, difference, replay))
    {
        Law = law;
        Subject = subject;
        Input = input;
        Difference = difference;
        Replay = replay;
    }

    /// <summary>Which law.</summary>
    public Law Law { get; }

    /// <summary>Of what.</summary>
    public string Subject { get; }

    /// <summary>The smallest input found.</summary>
    public string Input { get; }

    /// <summary>What came, and what was expected.</summary>
    public string Difference { get; }

    /// <summary>What <see cref="LawOptions.Replay"/> takes to draw the same inputs again.</summary>
    public string? Replay { get; }

    private static string Text(Law law, string subject, string input, string difference, string? replay) =>
        $"{subject} breaks the law {law}: {difference}"
        + (input.Length == 0 ? "" : $"\n  smallest input: {input}")
        + (replay == null ? "" : $"\n  again: new LawOptions {{ Replay = \"{replay}\" }}");
}
