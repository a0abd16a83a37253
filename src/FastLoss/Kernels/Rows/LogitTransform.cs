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
        ElementArrays<T> arrays = new() { First = scores, Results = logits };
        if (Softcap == 0) ElementLoop.Run(arrays, n, new Tempered(InverseTemperature));
        else ElementLoop.Run(arrays, n, new Capped(InverseTemperature, Softcap));
    }

    /// <summary>Turns the gradient by the logits into that by the scores.</summary>
    public void Backward<T>(T* scores, T* byLogits, T* gradient, nint n)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        ElementLoop.Run(new ElementArrays<T> { First = scores, Second = byLogits, Results = gradient }, n, new Slope(InverseTemperature, Softcap));

    private readonly struct Tempered(double factor) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return first * V.Parameter(factor);
        }
    }

    private readonly struct Capped(double inverseTemperature, double softcap) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V capped = V.Tanh(first / V.Parameter(softcap)) * V.Parameter(softcap);
            return V.Where(V.Equal(first, double.NegativeInfinity), first, capped) * V.Parameter(inverseTemperature); // a masked logit stays masked
        }
    }

    private readonly struct Slope(double inverseTemperature, double softcap) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return second * (Formulas.TanhDerivative(first / V.Parameter(softcap)) * V.Parameter(inverseTemperature));
        }
    }
}
