using FastLoss.Bench.Commands;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Quick;

/// <summary>One line of the quick comparison.</summary>
internal sealed record Headline(Type Suite, Shape Shape, string Variant = "")
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

    /// <summary>
    /// What the user chose, at each suite's own sizes or at those given that are of their kind: what compares rows of a batch with one another
    /// says nothing about one row.
    /// </summary>
    public static IReadOnlyList<Headline> Select(Selection selection) => selection.IsEverything
        ? Ten
        : [.. from suite in selection.Suites
              let instance = SuiteList.Create(suite)
              let own = instance.Shapes
              from shape in selection.Shapes.Length > 0 ? selection.Shapes.Where(s => own.Any(o => o.Rows > 1 == s.Rows > 1)) : own
              from variant in instance.Variants
              select new Headline(suite, shape, variant)];
}
