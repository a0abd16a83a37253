using System.Globalization;
using System.Text;

namespace FastLoss;

/// <summary>
/// What a gradient check found. <see cref="Passed"/> answers; <see cref="ToString()"/> explains, with the worst
/// elements first and what to suspect; <see cref="ThrowIfFailed"/> fails a test of any framework with that text.
/// </summary>
public sealed class GradientCheckReport
{
    private readonly GradientCheckElement[] _elements;
    private readonly GradientCheckDirection[] _directions;

    private GradientCheckReport(
        GradientCheckElement[] elements, GradientCheckDirection[] directions, long evaluations, double noise, double declaredNoise)
    {
        _elements = elements;
        _directions = directions;
        Evaluations = evaluations;
        Noise = noise;
        DeclaredNoise = declaredNoise;
        Suspicion = GradientSuspicion.Of(elements, directions, noise, declaredNoise);
    }

    /// <summary>Whether every element passed, or is a subgradient at a kink, and every direction agreed.</summary>
    public bool Passed => Array.TrueForAll(_elements, e => e.Passed) && Array.TrueForAll(_directions, d => d.Passed);

    /// <summary>The checked elements, in the order asked for; of a search, the culprits it named.</summary>
    public IReadOnlyList<GradientCheckElement> Elements => _elements;

    /// <summary>The random directions of a search; none if elements were compared.</summary>
    public IReadOnlyList<GradientCheckDirection> Directions => _directions;

    /// <summary>How often the function was evaluated.</summary>
    public long Evaluations { get; }

    /// <summary>
    /// The relative noise of the function's values that the check reckoned with: declared, or measured if larger.
    /// </summary>
    public double Noise { get; }

    /// <summary>The noise that the options declare.</summary>
    public double DeclaredNoise { get; }

    /// <summary>What to suspect; empty if all passed or nothing stands out.</summary>
    public string Suspicion { get; }

    /// <summary>
    /// The worst element: by verdict, then by how far beyond its tolerance. Null if no element was checked.
    /// </summary>
    public GradientCheckElement? Worst => _elements.Length == 0 ? null : Ranked()[0];

    /// <summary>
    /// Of the elements that passed the one whose tolerance was widest beside its value: what a wrong element may have
    /// hidden in. Elements of 0 count only if all are. Null if none passed.
    /// </summary>
    public GradientCheckElement? Loosest
    {
        get
        {
            GradientCheckElement[] passed = [.. _elements.Where(e => e.Passed)];
            GradientCheckElement[] sized = [.. passed.Where(e => double.IsFinite(e.RelativeTolerance))];
            return sized.Length > 0 ? sized.MaxBy(e => e.RelativeTolerance)
                : passed.Length > 0 ? passed.MaxBy(e => e.Tolerance)
                : null;
        }
    }

    internal static GradientCheckReport OfElements(
        GradientCheckElement[] elements, long evaluations, double noise, double declaredNoise) =>
        new(elements, [], evaluations, noise, declaredNoise);

    internal static GradientCheckReport OfSearch(
        GradientCheckElement[] culprits, GradientCheckDirection[] directions, long evaluations, double noise) =>
        new(culprits, directions, evaluations, noise, noise);

    /// <summary>The elements' indices moved on, as those of a row of a matrix.</summary>
    internal GradientCheckReport Shifted(int by) =>
        new([.. _elements.Select(e => e with { Index = e.Index + by })], _directions, Evaluations, Noise, DeclaredNoise);

    /// <summary>One report of several.</summary>
    internal static GradientCheckReport OfAll(IReadOnlyList<GradientCheckReport> reports) => new(
        [.. reports.SelectMany(r => r._elements)], [], reports.Sum(r => r.Evaluations),
        reports.Count == 0 ? 0 : reports.Max(r => r.Noise), reports.Count == 0 ? 0 : reports.Max(r => r.DeclaredNoise));

    /// <summary>The number of elements with a verdict.</summary>
    public int Count(GradientVerdict verdict) => _elements.Count(e => e.Verdict == verdict);

    /// <summary>Throws with the whole report unless the check passed.</summary>
    /// <exception cref="GradientCheckException">The check did not pass.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed) throw new GradientCheckException(this);
    }

    /// <summary>The report with a table of the ten worst elements.</summary>
    public override string ToString() => ToString(10);

    /// <summary>The report with a table of the worst elements, at most <paramref name="rows"/>.</summary>
    public string ToString(int rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Gradient check {(Passed ? "passed" : "FAILED")}: ");
        if (_directions.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_directions.Count(d => d.Passed)} of {_directions.Length} random directions agree");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{_elements.Length} elements");
            foreach (GradientVerdict verdict in Enum.GetValues<GradientVerdict>())
            {
                int count = Count(verdict);
                if (count > 0) text.Append(CultureInfo.InvariantCulture, $", {count} {verdict}");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"; {Evaluations} evaluations.").AppendLine();
        foreach (GradientCheckDirection d in _directions)
            text.Append(CultureInfo.InvariantCulture, $"  along a random direction: analytic {d.Analytic:g9}, numerical {d.Numerical:g9} +- {d.Error:g2}, {d.Verdict}").AppendLine();
        if (_elements.Length > 0 && rows > 0) Table(text, Ranked().Take(rows));
        if (_elements.Length > rows && rows > 0) text.Append(CultureInfo.InvariantCulture, $"  ({_elements.Length - rows} more)").AppendLine();
        if (Loosest is { } loosest) text.AppendLine(Looseness(loosest));
        if (Suspicion.Length > 0) text.Append("Suspect: ").AppendLine(Suspicion);
        return text.ToString();
    }

    private static string Looseness(GradientCheckElement e) => double.IsFinite(e.RelativeTolerance)
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Loosest: element {e.Index} passed within {e.Tolerance:g2}, {e.RelativeTolerance:g2} of its value.")
        : string.Create(CultureInfo.InvariantCulture, $"Loosest: element {e.Index} passed as 0 within {e.Tolerance:g2}.");

    private static void Table(StringBuilder text, IEnumerable<GradientCheckElement> rows)
    {
        text.AppendLine("     index         analytic        numerical    +- error  difference   tolerance  verdict");
        foreach (GradientCheckElement e in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{e.Index,10}{e.Analytic,17:g9}{e.Numerical,17:g9}{e.Error,12:g2}{e.Difference,12:g2}{e.Tolerance,12:g2}  {e.Verdict}");
            if (e.Verdict is GradientVerdict.KinkFail or GradientVerdict.KinkSubgradientOk or GradientVerdict.Unbounded)
                text.Append(CultureInfo.InvariantCulture, $", slopes {e.SlopeBelow:g6} below, {e.SlopeAbove:g6} above");
            text.AppendLine();
        }
    }

    private GradientCheckElement[] Ranked() =>
        [.. _elements.OrderByDescending(e => e.Verdict).ThenByDescending(e => e.Difference / e.Tolerance).ThenBy(e => e.Index)];
}
