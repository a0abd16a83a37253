using System.Text.Json;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>A law of the noise between launches: a factor on the true time.</summary>
public delegate double Noise(Random random);

/// <summary>Runs with known truth: true times, and the noise between launches.</summary>
internal static class SyntheticRun
{
    public static readonly Machine Machine = new("Test CPU", "Test OS", "X64", ".NET 10.0.0", "AVX512 F+BW+CD+DQ+VL,AVX2 VectorSize=256");

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static Noise NormalNoise(double deviation) => random => Math.Exp(deviation * Normal(random));

    public static Noise UniformNoise(double halfWidth) => random => 1 + (halfWidth * ((2 * random.NextDouble()) - 1));

    /// <summary>Two memory layouts, as of one routine that took 101 ns in one launch and 62 ns in the next.</summary>
    public static Noise BimodalNoise { get; } = random => (random.NextDouble() < 0.5 ? 1 : 1.63) * NormalNoise(0.01)(random);

    /// <summary>Mostly quiet, now and then a launch beside a busy neighbour.</summary>
    public static Noise TailedNoise { get; } = random => NormalNoise(0.01)(random) * (random.NextDouble() < 0.2 ? 1 + random.NextDouble() : 1);

    public static BenchmarkResult Benchmark(string method, double time, int launches, Noise noise, Random random) =>
        Exact(method, 0, [.. Enumerable.Range(0, launches).Select(_ => time * noise(random))]);

    public static BenchmarkResult Exact(string method, double allocated, params double[] medians) =>
        new("Suite<Single>", method, "Shape=1000", [.. medians.Select(m => new Launch(m, m, m))], allocated);

    public static Run Run(string name, params BenchmarkResult[] benchmarks) =>
        new(name, new DateTime(2026, 1, 2, 3, 4, 5), "abc123", Machine, benchmarks);

    /// <summary>What BenchmarkDotNet's full JSON exporter would have written, overhead and warm-up included.</summary>
    public static string Report(params (string Type, string Method, string Parameters, double[][] Launches, double Allocated)[] benchmarks) =>
        JsonSerializer.Serialize(new
        {
            Title = "Suite-20260102-030405",
            HostEnvironmentInfo = new
            {
                ProcessorName = Machine.Cpu,
                OsVersion = Machine.OperatingSystem,
                Machine.Architecture,
                RuntimeVersion = Machine.Runtime,
            },
            Benchmarks = benchmarks.Select(b => new
            {
                DisplayInfo = $"{b.Type}.{b.Method}: Job-ABC [{b.Parameters}]",
                b.Type,
                b.Method,
                b.Parameters,
                HardwareIntrinsics = Machine.InstructionSet,
                Statistics = new { N = 1 },
                Memory = new { BytesAllocatedPerOperation = b.Allocated },
                Measurements = b.Launches.SelectMany((launch, index) => launch.SelectMany(time => new object[]
                {
                    Measurement("Workload", "Warmup", index + 1, time * 7),
                    Measurement("Overhead", "Actual", index + 1, 1),
                    Measurement("Workload", "Actual", index + 1, time + 1),
                    Measurement("Workload", "Result", index + 1, time),
                })),
            }),
        });

    private static object Measurement(string mode, string stage, int launch, double nanoseconds) => new
    {
        IterationMode = mode,
        IterationStage = stage,
        LaunchIndex = launch,
        Operations = 1000,
        Nanoseconds = nanoseconds * 1000,
    };
}
