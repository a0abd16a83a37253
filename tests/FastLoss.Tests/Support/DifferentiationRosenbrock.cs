namespace FastLoss.Tests;

/// <summary>The Rosenbrock function in any dimension: sum of 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2.</summary>
internal struct Rosenbrock : IScalarFunction<double>, IVectorFunction<double>
{
    public int Evaluations;

    public double Evaluate(ReadOnlySpan<double> x)
    {
        Evaluations++;
        double sum = 0;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
            sum += 100 * bend * bend + rest * rest;
        }

        return sum;
    }

    /// <summary>The exact gradient.</summary>
    public void Evaluate(ReadOnlySpan<double> x, Span<double> values)
    {
        Evaluations++;
        values.Clear();
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double bend = x[i + 1] - x[i] * x[i];
            values[i] += -400 * x[i] * bend - 2 * (1 - x[i]);
            values[i + 1] += 200 * bend;
        }
    }

    public static double[] Hessian(double[] x)
    {
        int n = x.Length;
        var hessian = new double[n * n];
        for (int i = 0; i + 1 < n; i++)
        {
            hessian[i * n + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
            hessian[(i + 1) * n + i + 1] += 200;
            hessian[i * n + i + 1] = hessian[(i + 1) * n + i] = -400 * x[i];
        }

        return hessian;
    }
}
