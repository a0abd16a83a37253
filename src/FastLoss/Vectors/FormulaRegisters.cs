using System.Numerics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A formula on a register of one's choice, for tests: the library takes the widest the machine has, and promises that the others give the same
/// bits. Slower than the verbs of <see cref="Loss"/>.
/// </summary>
public static class FormulaRegisters
{
    /// <summary>The bits of the registers this machine can run, the widest first: 512, 256 and 128, or some of them.</summary>
    public static IReadOnlyList<int> Widths { get; } =
        Avx512F.IsSupported ? [512, 256, 128] : Avx2.IsSupported && Fma.IsSupported ? [256, 128] : [128];

    /// <summary>The values and derivatives of a loss.</summary>
    /// <param name="bits">One of <see cref="Widths"/>.</param>
    /// <param name="loss">The formula.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="values">Receives as many; apart from the inputs.</param>
    /// <param name="derivatives">Receives as many; apart from the inputs and the values.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The machine has no such register.</exception>
    public static void Evaluate<TLoss, T>(
        int bits, TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> values, Span<T> derivatives)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(bits, predictions, values, derivatives);
        Guard.SameLength(targets, predictions);
        Guard.Writes(values).Apart(targets);
        Guard.Writes(derivatives).Apart(targets);
        RegisterRun.Of<T, LossFormula<TLoss>>(bits, new(loss), predictions, targets, values, derivatives);
    }

    /// <summary>The values and derivatives of an activation.</summary>
    /// <param name="bits">One of <see cref="Widths"/>.</param>
    /// <param name="activation">The formula.</param>
    /// <param name="x">The arguments.</param>
    /// <param name="values">Receives as many; apart from x.</param>
    /// <param name="derivatives">Receives as many; apart from x and the values.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The machine has no such register.</exception>
    public static void Evaluate<TActivation, T>(int bits, TActivation activation, ReadOnlySpan<T> x, Span<T> values, Span<T> derivatives)
        where TActivation : struct, IActivation
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(bits, x, values, derivatives);
        RegisterRun.Of<T, ActivationFormula<TActivation>>(bits, new(activation), x, x, values, derivatives);
    }

    private static void Check<T>(int bits, ReadOnlySpan<T> x, Span<T> values, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        if (!Widths.Contains(bits)) Throw.OutOfRange(nameof(bits), bits, string.Join(", ", Widths));
        Guard.SameLength<T, T>(values, x);
        Guard.SameLength<T, T>(derivatives, x);
        Guard.Writes(values).Apart(x).Apart(derivatives);
        Guard.Writes(derivatives).Apart(x);
    }

    private readonly struct LossFormula<TLoss>(TLoss loss) : IRegisterFormula
        where TLoss : struct, IElementwiseLoss
    {
        public V Value<V>(V first, V second)
            where V : unmanaged, IVector<V> => loss.Value(first, second);

        public V Derivative<V>(V first, V second)
            where V : unmanaged, IVector<V> => loss.Derivative(first, second);
    }

    private readonly struct ActivationFormula<TActivation>(TActivation activation) : IRegisterFormula
        where TActivation : struct, IActivation
    {
        public V Value<V>(V first, V second)
            where V : unmanaged, IVector<V> => activation.Value(first);

        public V Derivative<V>(V first, V second)
            where V : unmanaged, IVector<V> => activation.Derivative(first);
    }
}
