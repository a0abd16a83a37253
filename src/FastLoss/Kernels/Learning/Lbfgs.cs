using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>
/// L-BFGS: the direction of a quasi-Newton step from the last ten steps and what they did to the gradient (Nocedal and Wright, algorithm 7.4), and a line search by
/// bisection to a point that falls enough and no longer falls as steeply (weak Wolfe, c1 = 1e-4, c2 = 0.9).
/// </summary>
internal sealed class Lbfgs<T>(int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Memory = 10, LineSteps = 40;

    private readonly T[] _gradient = new T[length], _direction = new T[length], _next = new T[length], _nextGradient = new T[length];
    private readonly T[][] _steps = [.. Enumerable.Range(0, Memory).Select(_ => new T[length])], _changes = [.. Enumerable.Range(0, Memory).Select(_ => new T[length])];
    private readonly double[] _curvatures = new double[Memory];
    private int _kept;

    public LinearSvmReport Minimize(ref SvmObjective<T> objective, Span<T> x, double tolerance, int iterations)
    {
        double value = objective.Evaluate(x, _gradient);
        for (int i = 0; ; i++)
        {
            double gap = Dot(_gradient, _gradient) / 2;
            bool isConverged = gap <= tolerance * value;
            if (!double.IsFinite(value + gap)) return new(value, gap, i, false);
            if (isConverged || i == iterations) return Report(objective, x, tolerance, i);
            Direct(i);
            double? found = Search(ref objective, x, value);
            if (found is not { } next) return Report(objective, x, tolerance, i);
            Keep(x, i);
            value = next;
            _next.CopyTo(x);
            _nextGradient.CopyTo(_gradient, 0);
        }
    }

    private static LinearSvmReport Report(in SvmObjective<T> objective, ReadOnlySpan<T> x, double tolerance, int iterations)
    {
        (double value, double gap) = objective.Certify(x);
        return new(value, gap, iterations, gap <= tolerance * value);
    }

    /// <summary>The direction -H g, by the two loops over what is kept.</summary>
    private void Direct(int iteration)
    {
        TensorPrimitives.Negate<T>(_gradient, _direction);
        Span<double> alphas = stackalloc double[Memory];
        for (int k = 1; k <= _kept; k++)
        {
            int at = (iteration - k) % Memory;
            alphas[at] = Dot(_steps[at], _direction) / _curvatures[at];
            Add(-alphas[at], _changes[at], _direction);
        }

        if (_kept > 0)
        {
            int last = (iteration - 1) % Memory;
            TensorPrimitives.Multiply(_direction, T.CreateTruncating(_curvatures[last] / Dot(_changes[last], _changes[last])), _direction);
        }

        for (int k = _kept; k >= 1; k--)
        {
            int at = (iteration - k) % Memory;
            Add(alphas[at] - (Dot(_changes[at], _direction) / _curvatures[at]), _steps[at], _direction);
        }
    }

    /// <summary>The value at the point found, which is left with its gradient; null where none is lower.</summary>
    private double? Search(ref SvmObjective<T> objective, ReadOnlySpan<T> x, double value)
    {
        double slope = Dot(_gradient, _direction), low = 0, high = double.PositiveInfinity;
        if (!(slope < 0)) return null;
        double step = _kept == 0 ? 1 / Math.Max(1, Math.Sqrt(Dot(_gradient, _gradient))) : 1;
        for (int i = 0; i < LineSteps; i++)
        {
            TensorPrimitives.MultiplyAdd<T>(_direction, T.CreateTruncating(step), x, _next);
            double next = objective.Evaluate(_next, _nextGradient);
            if (!(next <= value + (1e-4 * step * slope))) high = step;
            else if (Dot(_nextGradient, _direction) < 0.9 * slope) low = step;
            else return next;
            step = double.IsInfinity(high) ? 2 * low : (low + high) / 2;
        }

        return null;
    }

    /// <summary>Keeps the step and the change of the gradient, where they say that the function curves upwards.</summary>
    private void Keep(ReadOnlySpan<T> x, int iteration)
    {
        int at = iteration % Memory;
        TensorPrimitives.Subtract<T>(_next, x, _steps[at]);
        TensorPrimitives.Subtract<T>(_nextGradient, _gradient, _changes[at]);
        _curvatures[at] = Dot(_steps[at], _changes[at]);
        _kept = _curvatures[at] > 0 ? Math.Min(_kept + 1, Memory) : 0;
    }

    private static void Add(double factor, T[] x, T[] sum) => TensorPrimitives.MultiplyAdd<T>(x, T.CreateTruncating(factor), sum, sum);

    private static double Dot(ReadOnlySpan<T> a, ReadOnlySpan<T> b) => ElementPass.Sum(new ElementSpans<T> { First = a, Second = b }, default(SumOperators.Products));
}
