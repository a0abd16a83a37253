using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>A routine that writes an array as long as the logits. Its oracle is asked row by row.</summary>
public abstract class MapSuite<T> : LogitsSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected AlignedBuffer<T> Output { get; private set; } = null!;

    /// <summary>Read to know the sum, read and written to give the result.</summary>
    public override int Passes => 3;

    [Benchmark]
    public virtual double MemoryLimit()
    {
        double sum = Passes == 3 ? Limits.Read(Logits) : 0;
        Limits.Copy(Logits, Output);
        return sum;
    }

    /// <summary>The same past the caches, where stores that bypass them save reading what they overwrite.</summary>
    [Benchmark]
    public virtual double MemoryLimitNonTemporal()
    {
        double sum = Passes == 3 ? Limits.Read(Logits) : 0;
        Limits.CopyNonTemporal(Logits, Output);
        return sum;
    }

    /// <summary>For a rival that writes to its own memory.</summary>
    internal void TakeOutput(ReadOnlySpan<T> result) => result.CopyTo(Output.Span);

    /// <summary>What the routine should have written for one row.</summary>
    protected abstract void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected);

    /// <summary>What an error is relative to; probabilities below float's smallest normal count as zero.</summary>
    protected virtual double Scale(double expected) => Math.Abs(expected) + 1e-30;

    /// <summary>A session of one operator from the logits to the output.</summary>
    protected OnnxRoutine Onnx(string operation, params (string Name, object Value)[] attributes)
    {
        long[] shape = [Shape.Rows, Shape.Classes];
        int type = OnnxRoutine.ElementType<T>();
        byte[] model = new OnnxModel(type).Input("x", type, shape).Node(operation, ["x"], "y", attributes).Build("y", shape);
        return Own(new OnnxRoutine(model).Input("x", Logits, shape).Output("y", Output, shape));
    }

    protected override void Allocate()
    {
        base.Allocate();
        Output = Buffer<T>(Shape.Elements);
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        Output.Span.Fill(T.NaN);
        run();
        double[] logits = new double[Shape.Classes], expected = new double[Shape.Classes];
        ReadOnlySpan<int> labels = Labels.Span;
        for (int row = 0; row < Shape.Rows; row++)
        {
            for (int i = 0; i < logits.Length; i++)
                logits[i] = double.CreateTruncating(Logits.Span[(row * logits.Length) + i]);
            Oracle(logits, labels[row], expected);
            ReadOnlySpan<T> actual = Output.Span.Slice(row * logits.Length, logits.Length);
            for (int i = 0; i < expected.Length; i++)
                Require(contender, double.CreateTruncating(actual[i]), expected[i], Scale(expected[i]), tolerance, $"at [{row}, {i}]");
        }
    }
}
