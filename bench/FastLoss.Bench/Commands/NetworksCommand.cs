using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Suites;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Commands;

/// <summary>`networks`: a training step on one thread and two, and numerical gradients beside backpropagation and the definition.</summary>
internal static class NetworksCommand
{
    /// <summary>Parameters whose differences by the definition are timed; all would take a minute, and each costs the same two evaluations.</summary>
    private const int DefinitionSample = 60;

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often each is timed.", DefaultValueFactory = _ => 7 };
        Command command = new("networks", "Time training steps and numerical gradients of networks; prints tables in Markdown.") { rounds };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static int Run(int rounds)
    {
        if (rounds < 1) throw new BenchException($"--rounds is {rounds}; it must be at least 1.");
        Console.WriteLine($"{ThreadsCommand.Processor()}, {Environment.ProcessorCount} processors, {QuickCommand.VectorsName()}, {RuntimeInformation.FrameworkDescription}; medians of {rounds} interleaved rounds.\n");
        Steps(rounds);
        Gradients(rounds);
        return 0;
    }

    /// <summary>Loss, gradient and a step of Sgd, float, ReLU.</summary>
    private static void Steps(int rounds)
    {
        Console.WriteLine("| training step, float | batch | images/s, 1 thread | 2 threads |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        foreach ((int[] sizes, int batch) in ((int[], int)[])[([784, 50, 10], 100), ([784, 200, 10], 100), ([784, 200, 10], 256), ([784, 200, 10], 1024), ([784, 512, 256, 10], 256)])
        {
            NetworkShape shape = new(sizes);
            InterleavedTimer timer = new(rounds, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300));
            IReadOnlyList<Timing> times = timer.Run([.. ((int[])[1, 2]).Select(threads => ($"{threads}", Step(shape, batch, threads)))]);
            Console.WriteLine(FormattableString.Invariant(
                $"| {shape} | {batch} | {batch / times[0].Median * 1e9:N0} | {batch / times[1].Median * 1e9:N0} ({times[0].RatioTo(times[1]):F2}x) |"));
        }

        Console.WriteLine();
    }

    private static Func<double> Step(NetworkShape shape, int batch, int threads)
    {
        Network<float> network = new(shape, HiddenActivation.Relu, threads: threads);
        network.Initialize(1);
        Random random = new(1);
        AlignedBuffer<float> inputs = new(batch * shape.InputCount), gradient = new(shape.ParameterCount);
        foreach (ref float x in inputs.Span) x = random.NextSingle();
        int[] labels = [.. Enumerable.Range(0, batch).Select(_ => random.Next(shape.ClassCount))];
        Optimizer<float> optimizer = new(new Sgd(), shape.ParameterCount);
        return () =>
        {
            double loss = network.EvaluateWithGradient(inputs.Span, labels, gradient.Span).Mean;
            optimizer.Step(network.Parameters, gradient.Span, 1e-6, threads);
            return loss;
        };
    }

    /// <summary>Double and sigmoid, central differences, one thread; the definition is two evaluations of the batch's loss for each parameter.</summary>
    private static void Gradients(int rounds)
    {
        Console.WriteLine("| numerical gradient, double | inputs 0 | definition, s | by coordinate, s | times | by node, s | backpropagation, s | by node takes |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach ((int[] sizes, double zeros) in ((int[], double)[])[([784, 64, 10], 0), ([784, 64, 10], 0.81), ([784, 64, 32, 10], 0), ([784, 64, 32, 10], 0.81)])
        {
            NetworkShape shape = new(sizes);
            const int Batch = 128;
            Network<double> network = new(shape);
            network.Initialize(1);
            Random random = new(1);
            double[] inputs = [.. Enumerable.Range(0, Batch * shape.InputCount).Select(_ => random.NextDouble() < zeros ? 0 : random.NextDouble())], gradient = new double[shape.ParameterCount];
            int[] labels = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(shape.ClassCount))];
            double definition = Seconds(rounds, () => Definition(network, inputs, labels)) * shape.ParameterCount / DefinitionSample;
            double coordinate = Seconds(Math.Min(rounds, 3), () => network.EvaluateWithNumericalGradient(inputs, labels, gradient));
            double nodes = Seconds(rounds * 10, () => network.EvaluateWithNodeDifferences(inputs, labels, gradient));
            double back = Seconds(rounds * 10, () => network.EvaluateWithGradient(inputs, labels, gradient));
            Console.WriteLine(FormattableString.Invariant(
                $"| {shape}, batch {Batch} | {zeros:P0} | {definition:F1} | {coordinate:F3} | {definition / coordinate:F0} | {nodes:F5} | {back:F5} | {nodes / back:F2}x |"));
        }
    }

    private static void Definition(Network<double> network, double[] inputs, int[] labels)
    {
        NetworkLoss<double> loss = network.LossOf(inputs, labels);
        Span<double> x = network.Parameters;
        double[] point = x.ToArray();
        const double H = 1.0 / (1 << 17);
        for (int i = 0; i < DefinitionSample; i++)
        {
            double saved = point[i * (point.Length / DefinitionSample)];
            ref double moved = ref point[i * (point.Length / DefinitionSample)];
            moved = saved + H;
            double above = loss.Evaluate(point);
            moved = saved - H;
            if (double.IsNaN((above - loss.Evaluate(point)) / (2 * H))) throw new BenchException("the loss is NaN");
            moved = saved;
        }
    }

    private static double Seconds(int times, Action call)
    {
        call();
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[times / 2];
    }
}
