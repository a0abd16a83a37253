using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Validation;

namespace FastLoss.Kernels;

/// <summary>Products of the Jacobians of softmax and log-softmax with a gradient, row by row: a sum, then a map.</summary>
internal static class BackwardRows
{
    public static void Check<T>(ReadOnlySpan<T> output, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Rows(output, classCount);
        Guard.SameLength(outputGradient, output);
        Guard.SameLength<T, T>(gradient, output);
        Guard.Writes(gradient).Over(output).Over(outputGradient);
    }

    public static void Softmax<T>(ReadOnlySpan<T> p, int classCount, ReadOnlySpan<T> g, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int i, _) in new Blocks(p.Length, classCount))
        {
            ReadOnlySpan<T> row = p.Slice(i, classCount), slope = g.Slice(i, classCount);
            T mean = T.CreateTruncating(Elementwise.Run(row, slope, default, default, default(Product<T>)));
            Elementwise.Run(row, slope, default, gradient.Slice(i, classCount), new Centred<T>(mean));
        }
    }

    public static void LogSoftmax<T>(ReadOnlySpan<T> l, int classCount, ReadOnlySpan<T> g, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int i, _) in new Blocks(l.Length, classCount))
        {
            ReadOnlySpan<T> row = l.Slice(i, classCount), slope = g.Slice(i, classCount);
            T sum = T.CreateTruncating(Elementwise.Run(slope, slope, default, default, default(Sum<T>)));
            Elementwise.Run(row, slope, default, gradient.Slice(i, classCount), new LessShare<T>(sum));
        }
    }

    private readonly struct Product<T> : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Sums => true;

        public static bool Writes => false;

        public static bool Weighs => false;

        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            sum = Lanes.Fma(prediction, target, sum);
            return default;
        }
    }

    private readonly struct Sum<T> : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Sums => true;

        public static bool Writes => false;

        public static bool Weighs => false;

        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            sum += prediction;
            return default;
        }
    }

    private readonly struct Centred<T>(T mean) : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Sums => false;

        public static bool Writes => true;

        public static bool Weighs => false;

        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
            prediction * (target - Vector512.Create(mean));
    }

    private readonly struct LessShare<T>(T total) : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool Sums => false;

        public static bool Writes => true;

        public static bool Weighs => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
            Lanes.Fma(VectorMath.Exp(prediction), Vector512.Create(-total), target);
    }
}
