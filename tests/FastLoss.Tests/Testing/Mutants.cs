using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Testing;

namespace FastLoss.Tests.Testing;

/// <summary>What is wrong with a formula, or with its calls; each breaks the law of its name and no other.</summary>
public enum Fault
{
    None,
    Values,
    Derivative,
    SecondDerivative,
    TargetDerivative,
    NaN,
    Registers,
    Allocation,
    Sum,
    OnePass,
    InPlace,
    NotCounted,
    Weights,
    Splits,
}

/// <summary>Half the squared error, with a fault.</summary>
internal readonly record struct Mutant(Fault Fault) : ICurvedLoss, ITargetDifferentiableLoss
{
    private static object s_sink = new();

    public static double Definition(double y, double t) => (y - t) * (y - t) / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        if (Fault == Fault.NaN) error = TVector.Max(error, -1e30);
        return 0.5 * error * error * TVector.Parameter(Factor<TVector>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Fault == Fault.Derivative ? 1.001 * (prediction - target) : prediction - target;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Fault switch { Fault.SecondDerivative => 1.01, Fault.Derivative => 1.001, _ => 1 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Fault == Fault.TargetDerivative ? prediction - target : target - prediction;

    /// <summary>1 but for a fault; of registers a few last places of a double, which other laws allow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private double Factor<TVector>()
        where TVector : unmanaged
    {
        if (Fault == Fault.Allocation) s_sink = new object();
        return s_sink is null ? 0
            : Fault == Fault.Values ? 1.0001
            : Fault == Fault.Registers ? 1 + (Unsafe.SizeOf<TVector>() / 16 * Math.ScaleB(1, -51))
            : 1;
    }
}

/// <summary>The calls of half the squared error, of which some are wrong.</summary>
internal sealed class WrongCalls(Fault fault) : LossCalls
{
    private readonly LossCalls _right = new FormulaCalls<HalfSquaredError>(default);

    public override ElementLoss<T> Of<T>() => new WrongLoss<T>(_right.Of<T>(), fault);

    public override void OnRegister<T>(int bits, T[] predictions, T[] targets, T[] values, T[] derivatives) =>
        _right.OnRegister(bits, predictions, targets, values, derivatives);
}

internal sealed class WrongLoss<T>(ElementLoss<T> right, Fault fault) : ElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override LossTally Evaluate(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, LossOptions<T> options = default) =>
        Spoil(right.Evaluate(predictions, targets, options), predictions, options);

    public override LossTally EvaluateWithGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
    {
        LossTally tally = Evaluate(predictions, targets, options);
        bool hidesNaN = false;
        foreach (T y in predictions) hidesNaN |= T.IsNaN(y) && Weighs(options);
        Gradient(predictions, targets, gradient, options);
        return fault == Fault.OnePass || (fault == Fault.NotCounted && hidesNaN) ? Double(tally) : tally;
    }

    public override void Gradient(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
    {
        bool isOver = predictions.Overlaps(gradient);
        right.Gradient(predictions, targets, gradient, options);
        if (fault == Fault.InPlace && isOver && gradient.Length > 8) gradient[^1] = T.One;
        if (fault != Fault.Weights || !Weighs(options)) return;
        foreach (ref T element in gradient) element += element;
    }

    public override LossTally PerElement(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default) =>
        Spoil(right.PerElement(predictions, targets, losses, options), predictions, options);

    private LossTally Spoil(LossTally tally, ReadOnlySpan<T> predictions, in LossOptions<T> options) =>
        (fault == Fault.Sum && Weighs(options)) || (fault == Fault.Splits && predictions.Length > 10_000) ? Double(tally) : tally;

    private static LossTally Double(LossTally tally) => new(2 * tally.Sum, tally.Weight, tally.Count);

    private static bool Weighs(in LossOptions<T> options) => !options.Weights.IsEmpty || !options.Mask.IsEmpty;
}

/// <summary>|y - t| with a number of choice for its derivative at 0.</summary>
internal readonly struct AbsoluteMutant(double atKink) : IElementwiseLoss
{
    public static double Definition(double y, double t) => Math.Abs(y - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Abs(prediction - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Where(prediction > target, 1, TVector.Where(prediction < target, -1, (prediction - target) + TVector.Parameter(atKink)));
}

/// <summary>
/// Half the squared error of which two methods are not marked: one that the library calls, and one that the formula does.
/// </summary>
internal readonly struct NotInlined : IElementwiseLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => 0.5 * Error(prediction, target) * Error(prediction, target);

    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Error(prediction, target);

    private static TVector Error<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => prediction - target;
}

/// <summary>x for x > 0, x / 4 below, with a fault.</summary>
internal readonly record struct LeakyMutant(Fault Fault, double Beyond = 0) : IActivation
{
    private static object s_sink = new();

    public static double Definition(double x) => x < 0 ? x / 4 : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : unmanaged, IVector<TVector>
    {
        if (Fault == Fault.NaN) x = TVector.Max(x, -1e30);
        return TVector.Max(0.25 * x, x) * TVector.Parameter(Factor<TVector>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = TVector.Where(x < 0, Fault == Fault.Derivative ? 0.26 : 0.25, 1);
        return TVector.Where(TVector.Equal(x, 0), TVector.Parameter(1 + Beyond), slope) + (x - x);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double Factor<TVector>()
        where TVector : unmanaged
    {
        if (Fault == Fault.Allocation) s_sink = new object();
        return s_sink is null ? 0
            : Fault == Fault.Values ? 1.0001
            : Fault == Fault.Registers ? 1 + (Unsafe.SizeOf<TVector>() / 16 * Math.ScaleB(1, -51))
            : 1;
    }
}

/// <summary>The calls of the leaky line, of which some are wrong.</summary>
internal sealed class WrongActivation(Fault fault) : ActivationCalls
{
    private readonly ActivationFormulaCalls<LeakyMutant> _right = new(default);

    public override LossCalls Formula => _right.Formula;

    public override void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
    {
        bool isOver = x.Overlaps(destination);
        _right.Compute(x, destination);
        if (fault == Fault.InPlace && isOver && destination.Length > 8) destination[^1] = T.One;
    }

    public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
    {
        _right.Backward(x, outputGradient, gradient);
        if (fault == Fault.Weights && !gradient.IsEmpty) gradient[0] = T.CreateTruncating(0.125);
    }
}
