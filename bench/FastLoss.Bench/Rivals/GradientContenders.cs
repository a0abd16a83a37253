using System.Numerics.Tensors;
using MathNetDerivative = MathNet.Numerics.Differentiation.NumericalDerivative;

namespace FastLoss.Bench.Rivals;

/// <summary>One gradient by several hands: of half the sum of squares, whose gradient is the point itself.</summary>
internal sealed class GradientContenders : IDisposable
{
    private readonly double[] _x;
    private readonly double[] _gradient;
    private readonly MathNetDerivative _mathNet = new(3, 1);
    private readonly Func<double[], double> _ofArray;
    private HalfSumOfSquares _function;

    public GradientContenders(int dimension)
    {
        Random random = new(dimension);
        _x = [.. Enumerable.Range(0, dimension).Select(_ => (4 * random.NextDouble()) - 2)];
        _gradient = new double[dimension];
        _ofArray = x => _function.Evaluate(x);
        Calls =
        [
            ("its 2n evaluations", Evaluations),
            ("FastLoss, struct", Struct),
            ("FastLoss, delegate", Delegate),
            ("FastLoss, adaptive", Adaptive),
            ("MathNet", MathNetGradient),
        ];
    }

    public int Dimension => _x.Length;

    public IReadOnlyList<(string Name, Func<double> Call)> Calls { get; }

    /// <summary>The largest error of the gradient that was made last.</summary>
    public double WorstError => _gradient.Zip(_x, (g, x) => Math.Abs(g - x)).Max();

    public void Dispose() => Array.Clear(_gradient);

    /// <summary>What any central gradient must do: move a coordinate up and down and evaluate.</summary>
    private double Evaluations()
    {
        double sum = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            double saved = _x[i];
            _x[i] = saved + 1e-5;
            sum += _function.Evaluate(_x);
            _x[i] = saved - 1e-5;
            sum -= _function.Evaluate(_x);
            _x[i] = saved;
        }

        return sum;
    }

    private double Struct()
    {
        NumericalGradient.Compute<HalfSumOfSquares, double>(ref _function, _x, _gradient);
        return _gradient[0];
    }

    private double Delegate()
    {
        NumericalGradient.Compute<double>(static x => new HalfSumOfSquares().Evaluate(x), _x, _gradient);
        return _gradient[0];
    }

    private double Adaptive()
    {
        NumericalGradient.Compute<HalfSumOfSquares, double>(ref _function, _x, _gradient, new() { Scheme = DifferenceScheme.Adaptive });
        return _gradient[0];
    }

    /// <summary>MathNet has no gradient: a partial derivative at a time, each by a three-point central difference.</summary>
    private double MathNetGradient()
    {
        for (int i = 0; i < _x.Length; i++) _gradient[i] = _mathNet.EvaluatePartialDerivative(_ofArray, _x, i, 1);
        return _gradient[0];
    }

    private readonly struct HalfSumOfSquares : IScalarFunction<double>
    {
        public double Evaluate(ReadOnlySpan<double> x) => 0.5 * TensorPrimitives.SumOfSquares(x);
    }
}
