using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>A value and a derivative of one or two numbers.</summary>
internal interface IRegisterFormula
{
    V Value<V>(V first, V second)
        where V : unmanaged, IVector<V>;

    V Derivative<V>(V first, V second)
        where V : unmanaged, IVector<V>;
}

/// <summary>A formula on one register, whatever the machine's widest.</summary>
internal static unsafe class RegisterRun
{
    public static void Of<T, TFormula>(
        int bits, TFormula formula, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> values, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IRegisterFormula
    {
        if (bits == 512) On<Packed512<T>, T, TFormula>(formula, first, second, values, derivatives);
        else if (bits == 256) On<Packed256<T>, T, TFormula>(formula, first, second, values, derivatives);
        else On<Packed128<T>, T, TFormula>(formula, first, second, values, derivatives);
    }

    private static void On<V, T, TFormula>(
        TFormula formula, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> values, Span<T> derivatives)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IRegisterFormula
    {
        fixed (T* a = first)
        fixed (T* b = second)
        fixed (T* v = values)
        fixed (T* d = derivatives)
        {
            for (nint i = 0; i < first.Length; i += V.Count)
            {
                int count = (int)Math.Min(V.Count, first.Length - i);
                V x = V.LoadFirst(a + i, count), y = V.LoadFirst(b + i, count);
                V.StoreFirst(formula.Value(x, y), v + i, count);
                V.StoreFirst(formula.Derivative(x, y), d + i, count);
            }
        }
    }
}
