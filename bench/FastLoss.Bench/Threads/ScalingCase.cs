using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Threads;

/// <summary>A call that may share threads.</summary>
/// <param name="Name">What it computes.</param>
/// <param name="Size">Of how much.</param>
/// <param name="Bytes">What it reads and writes at least.</param>
/// <param name="Call">The call, on so many threads.</param>
internal sealed record ScalingCase(string Name, string Size, long Bytes, Action<int> Call)
{
    /// <summary>Those of which a user would expect it: in the cache of many cores, in memory, few long rows, many short ones.</summary>
    public static IEnumerable<ScalingCase> All()
    {
        foreach ((int rows, int classes) in new[] { (60_000, 10), (1_024, 1_000), (64, 50_257), (1, 1 << 20), (1, 1 << 24) })
            foreach (ScalingCase call in OfRows(rows, classes)) yield return call;
        foreach (int length in new[] { 1 << 18, 1 << 20, 1 << 24 })
            foreach (ScalingCase call in OfElements(length)) yield return call;
        yield return Neighbours(10_000, 784, 1_000);
    }

    private static AlignedBuffer<float> Random(int length, int seed, float size)
    {
        AlignedBuffer<float> buffer = new(length);
        Random random = new(seed);
        foreach (ref float value in buffer.Span) value = size * ((2 * random.NextSingle()) - 1);
        return buffer;
    }

    private static IEnumerable<ScalingCase> OfRows(int rows, int classes)
    {
        AlignedBuffer<float> logits = Random(rows * classes, 1, 5), results = Random(rows * classes, 2, 0);
        int[] labels = [.. Enumerable.Range(0, rows).Select(r => (r * 7) % classes)];
        string size = rows == 1 ? $"{classes:N0}" : $"{rows:N0} x {classes:N0}";
        yield return new("softmax", size, 2 * logits.Bytes, threads => Softmax.Compute<float>(logits.Span, classes, results.Span, threads));
        yield return new("cross-entropy loss", size, logits.Bytes, threads => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(
            new(), logits.Span, classes, labels, new() { Threads = threads }));
        yield return new("loss and gradient", size, 2 * logits.Bytes, threads => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(
            new(), logits.Span, classes, labels, results.Span, new() { Threads = threads }));
        if (rows == 1) yield break;
        yield return new("smoothing, temperature, z-loss, gradient", size, 2 * logits.Bytes, threads => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(
            new() { LabelSmoothing = 0.1, Temperature = 2, ZLoss = 1e-4 }, logits.Span, classes, labels, results.Span, new() { Threads = threads }));
        AlignedBuffer<float> targets = Random(rows * classes, 3, 1);
        Softmax.Compute<float>(targets.Span, classes, targets.Span);
        yield return new("soft targets, gradient", size, 3 * logits.Bytes, threads => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float>(
            new(), logits.Span, classes, targets.Span, results.Span, new() { Threads = threads }));
    }

    private static IEnumerable<ScalingCase> OfElements(int length)
    {
        AlignedBuffer<float> first = Random(length, 1, 5), second = Random(length, 2, 1), results = Random(length, 3, 0);
        foreach (ref float target in second.Span) target = Math.Abs(target);
        string size = $"{length:N0}";
        yield return new("binary cross-entropy from logits", size, 2 * first.Bytes, threads => Loss.Evaluate<BinaryCrossEntropyFromLogits, float>(
            new(), first.Span, second.Span, new() { Threads = threads }));
        yield return new("the same, gradient", size, 3 * first.Bytes, threads => Loss.EvaluateWithGradient<BinaryCrossEntropyFromLogits, float>(
            new(), first.Span, second.Span, results.Span, new() { Threads = threads }));
        yield return new("squared error", size, 2 * first.Bytes, threads => Loss.Evaluate<SquaredError, float>(
            new(), first.Span, second.Span, new() { Threads = threads }));
    }

    private static ScalingCase Neighbours(int examples, int columns, int queries)
    {
        AlignedBuffer<float> all = Random(examples * columns, 1, 1), asked = Random(queries * columns, 2, 1);
        int[] indices = new int[queries * 3];
        return new("3 nearest neighbours", $"{queries:N0} of {examples:N0} x {columns}", all.Bytes + asked.Bytes, threads =>
            NearestNeighbours.Find<float>(all.Span, columns, asked.Span, 3, indices, threads: threads));
    }
}
