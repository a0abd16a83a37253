using System.Numerics;
using System.Reflection;

namespace FastLoss.Testing;

/// <summary>A loss as the laws call it: by its verbs, and on a register of choice. Tests give the laws wrong calls.</summary>
internal abstract class LossCalls
{
    /// <summary>The verbs.</summary>
    public abstract ElementLoss<T> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The verbs of a loss with a second derivative; null of others.</summary>
    public virtual CurvedElementLoss<T>? Curved<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;

    public abstract void OnRegister<T>(int bits, T[] predictions, T[] targets, T[] values, T[] derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The derivative as a loss, whose derivative is the second one; null where there is none.</summary>
    public virtual LossCalls? Slope => null;

    /// <summary>The loss with its derivative by the target in place of the one by the prediction; null where there is none.</summary>
    public virtual LossCalls? ByTarget => null;

    /// <summary>The derivative of one element.</summary>
    public double DerivativeAt<T>(double y, double t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] slope = new T[1];
        Of<T>().Gradient([T.CreateTruncating(y)], [T.CreateTruncating(t)], slope, new() { Denominator = 1 });
        return double.CreateTruncating(slope[0]);
    }

    /// <summary>The loss of one element.</summary>
    public double ValueAt<T>(double y, double t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] value = new T[1];
        Of<T>().PerElement([T.CreateTruncating(y)], [T.CreateTruncating(t)], value);
        return double.CreateTruncating(value[0]);
    }
}

/// <summary>A formula's own calls.</summary>
internal sealed class FormulaCalls<TLoss>(TLoss loss) : LossCalls
    where TLoss : struct, IElementwiseLoss
{
    public override ElementLoss<T> Of<T>() => Loss.Bind<TLoss, T>(loss);

    // The compiler does not know the loss to have a second derivative, or one by the target.
    public override CurvedElementLoss<T>? Curved<T>() => loss is not ICurvedLoss ? null
        : (CurvedElementLoss<T>)typeof(Loss).GetMethod(nameof(Loss.BindCurved), BindingFlags.Static | BindingFlags.Public)!
            .MakeGenericMethod(typeof(TLoss), typeof(T)).Invoke(null, [loss])!;

    public override void OnRegister<T>(int bits, T[] predictions, T[] targets, T[] values, T[] derivatives) =>
        FormulaRegisters.Evaluate<TLoss, T>(bits, loss, predictions, targets, values, derivatives);

    public override LossCalls? Slope => loss is ICurvedLoss ? As(typeof(SlopeOf<>)) : null;

    public override LossCalls? ByTarget => loss is ITargetDifferentiableLoss ? As(typeof(TargetSide<>)) : null;

    private LossCalls As(Type open)
    {
        Type formula = open.MakeGenericType(typeof(TLoss));
        Type calls = typeof(FormulaCalls<>).MakeGenericType(formula);
        return (LossCalls)Activator.CreateInstance(calls, Activator.CreateInstance(formula, loss))!;
    }
}
