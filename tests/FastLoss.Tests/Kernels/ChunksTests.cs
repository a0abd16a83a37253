using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FastLoss.Kernels;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Kernels;

[Collection(nameof(Alone))]
public class ChunksTests
{
    private const int Count = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(-1)]
    public void AFailureIsThrownOnceNoBodyRuns(int threads)
    {
        for (int repetition = 0; repetition < 20; repetition++)
        {
            Watch watch = new(failing: repetition * 9, interrupted: null);
            Failure thrown = Assert.Throws<Failure>(() => Chunks.For(Count, Chunks.SerialLength, threads, new Body(watch)));
            Assert.Equal(repetition * 9, thrown.Chunk);
            Assert.Equal(0, Volatile.Read(ref watch.Running)); // else memory were unpinned under a running body
            int entered = Volatile.Read(ref watch.Entered);
            Thread.Sleep(1);
            Assert.Equal(entered, Volatile.Read(ref watch.Entered));
        }
    }

    [Fact]
    public void AnInterruptedCallerWaitsAllTheSame()
    {
        Watch watch = new(failing: -1, interrupted: Thread.CurrentThread);
        Chunks.For(Count, Chunks.SerialLength, 4, new Body(watch));
        Assert.Equal(0, Volatile.Read(ref watch.Running));
        Assert.Equal(Count, watch.Entered);
        Assert.Throws<ThreadInterruptedException>(() => Thread.Sleep(1000)); // the interrupt is not lost
    }

    [Theory]
    [InlineData(50_257, 1)]
    [InlineData(1000, 8)]
    [InlineData(128, 64)]
    [InlineData(100, 64)]
    [InlineData(10, 768)]
    [InlineData(1, 8192)]
    [InlineData(int.MaxValue, 1)]
    public void TasksHaveElementsNotRows(int classCount, int rows) => Assert.Equal(rows, Chunks.TaskRows(classCount, 64));

    [Fact]
    public void BlocksEndWhereTheLongestSpanDoes()
    {
        (int start, int count) last = default;
        long total = 0;
        foreach ((int, int) block in new Blocks(int.MaxValue, 1 << 30))
        {
            last = block;
            total += last.count;
        }

        Assert.Equal((1 << 30, int.MaxValue - (1 << 30)), last);
        Assert.Equal(int.MaxValue, total);
        foreach (var _ in new Blocks(0, 64)) Assert.Fail("no block of nothing");
    }

    /// <summary>An int that steps by more than one passes 2^31 at the end of the longest spans: a nint, or <see cref="Blocks"/>.</summary>
    [Fact]
    public void NoIntStepsPastTheLongestSpan()
    {
        string source = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/FastLoss");
        foreach (string folder in new[] { "Kernels", "Losses", "Activations", "Metrics", "Validation" })
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories))
            {
                Match step = Regex.Match(File.ReadAllText(file), @"for \(int (\w+) = [^;]*;(?! i < (?:coefficients|WordCount|quarter)\b)[^;]*;[^;{]*\b\1 \+=[^\n]*");
                Assert.False(step.Success, $"{Path.GetFileName(file)}: {step.Value}");
            }
        }
    }

    /// <summary>A buffer on the stack has room for a vector behind it, and known bytes behind that in Debug, which its method looks at last.</summary>
    [Fact]
    public void BuffersOnTheStackGoThroughScratch()
    {
        string kernels = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/FastLoss/Kernels");
        int taken = 0;
        foreach (string file in Directory.EnumerateFiles(kernels, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetFileName(file), text = File.ReadAllText(file);
            if (name is "Scratch.cs" or "ExactSum.Spans.cs" or "ExpTable.cs" or "MatrixMultiply.cs" or "LabelledRows.cs" || name.StartsWith("Element", StringComparison.Ordinal)) continue;
            Match bare = Regex.Match(text, @"\* \w+ = stackalloc[^\n]*");
            Assert.False(bare.Success, $"{name}: {bare.Value}");
            foreach (Match take in Regex.Matches(text, @"\* (\w+) = Scratch\.Take\(stackalloc (\w+)\[Scratch\.Room<\2>\((.*)\)\]\);"))
            {
                taken++;
                Assert.Contains($"Scratch.Check({take.Groups[1].Value}, {take.Groups[3].Value});", text, StringComparison.Ordinal);
            }
        }

        Assert.InRange(taken, 20, 100);
    }

    [Fact]
    public unsafe void AWritePastABufferIsSaid()
    {
#if DEBUG
        float* buffer = Scratch.Take(stackalloc float[Scratch.Room<float>(10)]);
        new Span<float>(buffer, 26).Clear();
        Scratch.Check(buffer, 10);
        buffer[26] = 0;
        Throws(buffer);

        static void Throws(float* p) => Assert.Contains("buffer", Assert.Throws<InvalidOperationException>(() => Scratch.Check(p, 10, "buffer")).Message, StringComparison.Ordinal);
#else
        Assert.Equal(26, Scratch.Room<float>(10));
#endif
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed class Failure(int chunk) : Exception
    {
        public int Chunk => chunk;
    }

    private sealed class Watch(int failing, Thread? interrupted)
    {
        public int Running;
        public int Entered;

        public int Failing => failing;

        public Thread? Interrupted => interrupted;
    }

    private readonly struct Body(Watch watch) : IChunkBody
    {
        public void Run(int chunk)
        {
            Interlocked.Increment(ref watch.Entered);
            Interlocked.Increment(ref watch.Running);
            if (Thread.CurrentThread != watch.Interrupted) Thread.SpinWait(2000);
            if (chunk == Count / 2) watch.Interrupted?.Interrupt();
            Interlocked.Decrement(ref watch.Running);
            if (chunk == watch.Failing) throw new Failure(chunk);
        }
    }
}
