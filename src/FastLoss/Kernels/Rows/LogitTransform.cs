using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Logits made of scores: s tanh(x / s), divided by a temperature.</summary>
/// <param name="InverseTemperature">1 for none.</param>
/// <param name="Softcap">s; 0 for none.</param>
internal readonly unsafe record struct LogitTransform(double InverseTemperature, double Softcap)
{
    public static LogitTransform None => new(1, 0);

    public bool IsIdentity => InverseTemperature == 1 && Softcap == 0;

    /// <summary>Where nothing is capped the derivative is a factor, and needs no pass of its own.</summary>
    public bool IsFactor => Softcap == 0;

    public void Run<T>(T* scores, T* logits, nint n)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (Softcap == 0) Dispatch.Run<T, Loop<T, Tempered>, int>(new(scores, null, logits, n, InverseTemperature, 0));
        else Dispatch.Run<T, Loop<T, Capped>, int>(new(scores, null, logits, n, Softcap * InverseTemperature, 1 / Softcap));
    }

    /// <summary>Turns the gradient by the logits into that by the scores.</summary>
    public void Backward<T>(T* scores, T* byLogits, T* gradient, nint n)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        Dispatch.Run<T, Loop<T, Slope>, int>(new(scores, byLogits, gradient, n, InverseTemperature, 1 / Softcap));

    /// <summary>What becomes of a score, and in a backward pass of the gradient by its logit.</summary>
    private interface ITransform
    {
        static abstract bool IsBackward { get; }

        static abstract V Apply<V>(V score, V byLogit, V factor, V inverseCap)
            where V : unmanaged, IVector<V>;
    }

    private readonly struct Tempered : ITransform
    {
        public static bool IsBackward => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V score, V byLogit, V factor, V inverseCap)
            where V : unmanaged, IVector<V> => score * factor;
    }

    private readonly struct Capped : ITransform
    {
        public static bool IsBackward => false;

        /// <summary>A masked score stays masked.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V score, V byLogit, V factor, V inverseCap)
            where V : unmanaged, IVector<V> =>
            V.Where(V.Equal(score, double.NegativeInfinity), score, V.Tanh(score * inverseCap) * factor);
    }

    private readonly struct Slope : ITransform
    {
        public static bool IsBackward => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V score, V byLogit, V factor, V inverseCap)
            where V : unmanaged, IVector<V> => byLogit * (Formulas.TanhDerivative(score * inverseCap) * factor);
    }

    /// <summary>
    /// A loop of its own, whose two numbers are registers before it begins: in the loop over elements they are converted at every step, for 0.2 ns of the 0.5
    /// that a capped logit took.
    /// </summary>
    private readonly struct Loop<T, TTransform>(T* scores, T* byLogits, T* results, nint n, double factor, double inverseCap) : IKernel<T, int>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where TTransform : struct, ITransform
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint whole = n & -(sizeof(V) / sizeof(T));
            Whole<V>(scores, byLogits, results, whole, factor, inverseCap);
            if (whole < n) Rest<V>(whole, (int)(n - whole));
            return 0;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Whole<V>(T* scores, T* byLogits, T* results, nint n, double factor, double inverseCap)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V multiplier = V.Parameter(factor), inverse = V.Parameter(inverseCap);
            for (nint i = 0; i < n; i += sizeof(V) / sizeof(T))
            {
                V second = TTransform.IsBackward ? V.Load(byLogits + i) : default;
                V.Store(TTransform.Apply(V.Load(scores + i), second, multiplier, inverse), results + i);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Rest<V>(nint at, int count)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V second = TTransform.IsBackward ? V.LoadFirst(byLogits + at, count) : default;
            V result = TTransform.Apply(V.LoadFirst(scores + at, count), second, V.Parameter(factor), V.Parameter(inverseCap));
            V.StoreFirst(result, results + at, count);
        }
    }
}
