using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastLoss.Bench.Quick;
using FastLoss.BenchCompare.Commands;
using FastLoss.Kernels;

namespace FastLoss.Bench.Commands;

/// <summary>`linear`: cross-entropy fused with a classifier beside the scores made whole, and the three products alone; time and peak memory, a process for each.</summary>
internal static class LinearCommand
{
    private const int Rows = 512, Features = 768;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often each is timed.", DefaultValueFactory = _ => 5 };
        Option<int> threads = new("--threads") { Description = "Of each call.", DefaultValueFactory = _ => 1 };
        Option<string> way = new("--way") { Description = "Time this alone, and print seconds and bytes: products, whole, or the rows of a chunk." };
        Option<int> classes = new("--classes") { Description = "Of --way.", DefaultValueFactory = _ => 32_000 };
        Command command = new("linear", "Time cross-entropy from hidden states and a classifier's weights, both gradients included; prints a table in Markdown.") { rounds, threads, way, classes };
        command.SetAction(parsed =>
        {
            int times = parsed.GetRequiredValue(rounds), shared = parsed.GetRequiredValue(threads);
            if (times < 1) throw new BenchException($"--rounds is {times}; it must be at least 1.");
            return parsed.GetValue(way) is { } one ? One(one, parsed.GetRequiredValue(classes), times, shared) : All(times, shared);
        });
        return command;
    }

    private static int All(int rounds, int threads)
    {
        Console.WriteLine($"{ThreadsCommand.Processor()}, {QuickCommand.VectorsName()}, {RuntimeInformation.FrameworkDescription}, {threads} thread(s); float, {Rows} rows of {Features} features; medians of {rounds}, a process each.\n");
        Console.WriteLine("| classes | | ms | of the products' speed | peak memory, MB |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: |");
        foreach (int classes in (int[])[32_000, 50_257])
        {
            double products = 0;
            foreach ((string way, string name) in ((string, string)[])[("products", "the three products alone"), ("whole", "scores whole"), ("128", "fused, chunks of 128"), ("256", "fused, chunks of 256"), ("512", "fused, one chunk")])
            {
                using ChildProcess child = ChildProcess.Start(["linear", "--way", way, "--classes", $"{classes}", "--rounds", $"{rounds}", "--threads", $"{threads}"], new Dictionary<string, string>());
                double[] figures = [.. child.Complete(s_limit).Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
                if (way == "products") products = figures[0];
                Console.WriteLine(FormattableString.Invariant($"| {classes:N0} | {name} | {figures[0] * 1000:F0} | {products / figures[0]:F2} | {figures[1] / 1e6:F0} |"));
            }
        }

        return 0;
    }

    private static int One(string way, int classes, int rounds, int threads)
    {
        Random random = new(1);
        float[] hidden = Values(random, Rows * Features, 1), weights = Values(random, classes * Features, 0.05f), byHidden = new float[hidden.Length], byWeights = new float[weights.Length];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(classes))];
        float[] scores = way is "products" or "whole" ? new float[Rows * classes] : [];
        int chunk = scores.Length > 0 ? 0 : int.Parse(way, CultureInfo.InvariantCulture);
        double[] seconds = new double[rounds];
        for (int i = -1; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            if (scores.Length == 0)
            {
                Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, Features, weights) { ChunkRows = chunk }, labels, new(byHidden, byWeights), new() { Threads = threads });
            }
            else
            {
                MatrixMultiply.Run(MatrixView<float>.RowMajor(hidden, Features), MatrixView<float>.Transposed(weights, Features), scores, false, threads);
                if (way == "whole") Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), scores, classes, labels, scores, new() { Threads = threads });
                MatrixMultiply.Run(MatrixView<float>.RowMajor(scores, classes), MatrixView<float>.RowMajor(weights, Features), byHidden, false, threads);
                MatrixMultiply.Run(MatrixView<float>.Transposed(scores, classes), MatrixView<float>.RowMajor(hidden, Features), byWeights, false, threads);
            }

            if (i >= 0) seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"{seconds[rounds / 2]:R} {self.PeakWorkingSet64}"));
        return 0;
    }

    private static float[] Values(Random random, int count, float size)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextSingle() - 0.5f) * size;
        return values;
    }
}
