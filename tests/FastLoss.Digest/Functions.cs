using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Digest;

/// <summary>The functions of <see cref="IVector{TSelf}"/> as losses of the prediction alone, so that the public calls run them.</summary>
public static class Functions
{
    public readonly struct Exp : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Exp(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct ExpM1 : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.ExpM1(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Log : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Log(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Log1P : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Log1P(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Sigmoid : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Sigmoid(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Softplus : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Softplus(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Tanh : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Tanh(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Pow : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Pow(prediction, target);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Maximum : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Max(prediction, target);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Minimum : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Min(prediction, target);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct Sqrt : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Sqrt(prediction);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    public readonly struct CopySign : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.CopySign(prediction, target);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0;
    }

    /// <summary>One of the struct's values for each x.</summary>
    public static T[] Of<TFunction, T>(T[] x, T[]? second = null)
        where TFunction : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[x.Length];
        Loss.PerElement<TFunction, T>(default, x, second ?? new T[x.Length], values);
        return values;
    }
}
