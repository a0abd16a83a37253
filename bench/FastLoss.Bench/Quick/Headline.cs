using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Quick;

/// <summary>One line of the quick comparison.</summary>
internal sealed record Headline(Type Suite, Shape Shape)
{
    /// <summary>The ten that tell the most: the main routines in registers, in cache, in memory and as small rows.</summary>
    public static IReadOnlyList<Headline> Ten { get; } =
    [
        new(typeof(CrossEntropySuite<float>), new(1, 4_096)),
        new(typeof(CrossEntropySuite<float>), new(1, 1 << 20)),
        new(typeof(CrossEntropySuite<float>), new(60_000, 10)),
        new(typeof(SoftmaxSuite<float>), new(1, 1_000)),
        new(typeof(SoftmaxSuite<float>), new(1, 131_072)),
        new(typeof(SoftmaxSuite<float>), new(1, 1 << 24)),
        new(typeof(SoftmaxSuite<float>), new(4_000, 10)),
        new(typeof(CrossEntropyGradientSuite<float>), new(1, 4_096)),
        new(typeof(CrossEntropyGradientSuite<float>), new(4_000, 10)),
        new(typeof(SquaredErrorSuite<float>), new(1, 4_096)),
    ];

    /// <summary>Every suite whose routine's name holds one of the words, at the sizes given or at its own.</summary>
    public static IReadOnlyList<Headline> Select(string[] routines, Shape[] shapes, string[] types) =>
    [
        .. from suite in Catalog.Suites
           let instance = Catalog.Create(suite)
           where routines.Length == 0 || routines.Any(r => Matches(instance, suite, r))
           where types.Length == 0 || types.Contains(Catalog.ElementName(instance), StringComparer.OrdinalIgnoreCase)
           from shape in shapes.Length > 0 ? shapes : instance.Shapes
           select new Headline(suite, shape),
    ];

    private static bool Matches(ISuite instance, Type suite, string word) =>
        instance.Routine.Contains(word, StringComparison.OrdinalIgnoreCase)
        || suite.Name.Contains(word, StringComparison.OrdinalIgnoreCase);
}
