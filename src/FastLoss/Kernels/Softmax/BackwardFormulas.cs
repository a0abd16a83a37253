using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The gradient of a function of a row by its inputs, from an output, that output's gradient (its slope), and a sum over the row.</summary>
internal interface IRowBackward
{
    /// <summary>Whether the sum is of products with the outputs; else it is of the slopes alone, and <see cref="Add"/> reads no output.</summary>
    static abstract bool SumsProducts { get; }

    static abstract V Add<V>(V sum, V output, V slope)
        where V : unmanaged, IVector<V>;

    static abstract V Of<V>(V output, V slope, V sum)
        where V : unmanaged, IVector<V>;
}

internal static class BackwardFormulas
{
    /// <summary>p_i (g_i - sum_j p_j g_j).</summary>
    public readonly struct Softmax : IRowBackward
    {
        public static bool SumsProducts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => true;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V>(V sum, V output, V slope)
            where V : unmanaged, IVector<V> => V.Fma(output, slope, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V output, V slope, V sum)
            where V : unmanaged, IVector<V> => output * (slope - sum);
    }

    /// <summary>g_i - e^l_i sum_j g_j.</summary>
    public readonly struct LogSoftmax : IRowBackward
    {
        public static bool SumsProducts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => false;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V>(V sum, V output, V slope)
            where V : unmanaged, IVector<V> => sum + slope;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V output, V slope, V sum)
            where V : unmanaged, IVector<V> => V.Fma(V.Exp(output), -sum, slope);
    }
}
