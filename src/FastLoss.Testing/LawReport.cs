using System.Text;

namespace FastLoss.Testing;

/// <summary>A law that does not hold.</summary>
/// <param name="Law">Which.</param>
/// <param name="Difference">What came, and what was expected.</param>
/// <param name="Input">The smallest input found; empty where none matters.</param>
public sealed record LawBreak(Law Law, string Difference, string Input)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Law}: {Difference}" + (Input.Length == 0 ? "" : $"\n  smallest input: {Input}");
}

/// <summary>What became of every law that was tried.</summary>
public sealed class LawReport
{
    internal LawReport(string subject, ulong seed, int cases, IReadOnlyList<Law> held, IReadOnlyList<LawBreak> broken)
    {
        (Subject, Seed, Cases, Held, Broken) = (subject, seed, cases, held, broken);
    }

    /// <summary>Of what: the type and its parameters.</summary>
    public string Subject { get; }

    /// <summary>What <see cref="LawOptions.Seed"/> takes to draw the same inputs again.</summary>
    public ulong Seed { get; }

    /// <summary>How many inputs each law was tried with.</summary>
    public int Cases { get; }

    /// <summary>
    /// The laws that hold. One that does not apply, as that of kinks where there are none, is neither here nor among the broken.
    /// </summary>
    public IReadOnlyList<Law> Held { get; }

    /// <summary>The laws that do not.</summary>
    public IReadOnlyList<LawBreak> Broken { get; }

    /// <summary>
    /// Each broken law with what came, what was expected and the smallest input; then those that hold, and how to see it again.
    /// </summary>
    public override string ToString()
    {
        string of = $"{Held.Count + Broken.Count} law{(Held.Count + Broken.Count == 1 ? "" : "s")}";
        if (Broken.Count == 0) return $"{Subject} keeps {of}, tried with {Cases} inputs each: {string.Join(", ", Held)}";
        StringBuilder text = new($"{Subject} breaks {Broken.Count} of {of}\n");
        foreach (LawBreak each in Broken) text.Append('\n').Append(each).Append('\n');
        if (Held.Count > 0) text.Append($"\nKept: {string.Join(", ", Held)}");
        return text.Append($"\nThe same inputs again: new LawOptions {{ Seed = {Seed} }}").ToString();
    }
}
