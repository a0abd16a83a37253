using System.Numerics;

namespace FastLoss.Tests;

/// <summary>0.01 x^2 + 0.1 x, the textbook's first example; its derivative is 0.02 x + 0.1.</summary>
internal struct TextbookParabola<T> : IUnivariateFunction<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public int Evaluations;

    public T Evaluate(T x)
    {
        Evaluations++;
        return T.CreateTruncating(0.01) * x * x + T.CreateTruncating(0.1) * x;
    }
}

/// <summary>The sum of squares; its gradient is 2x.</summary>
internal struct SumOfSquares<T> : IScalarFunction<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public int Evaluations;

    public T Evaluate(ReadOnlySpan<T> x)
    {
        Evaluations++;
        T sum = T.Zero;
        foreach (T element in x) sum += element * element;
        return sum;
    }
}

/// <summary>Throws at its n-th evaluation.</summary>
internal struct ThrowsAt(int evaluation) : IScalarFunction<double>
{
    private int evaluations;

    public double Evaluate(ReadOnlySpan<double> x) =>
        ++evaluations == evaluation ? throw new InvalidOperationException("no value here") : x[0];
}
