namespace FastLoss.Tests;

/// <summary>
/// The sum over rows of tanh(a_r . x)^2 + log(1 + sum of squares): one function seen as every kind the library knows.
/// </summary>
internal struct RowFunction(double[] matrix, int columns)
    : IScalarFunction<double>, IBatchFunction<double>, ICoordinateFunction<double>, ICloneableFunction<RowFunction>
{
    private readonly int rows = matrix.Length / columns;
    private double[]? activations;
    private double[]? point;
    private double squares;

    public int Evaluations;
    public int Calls;
    public int LargestBatch;

    public static RowFunction Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, rows * columns).Select(_ => (2 * random.NextDouble() - 1) / Math.Sqrt(columns))], columns);
    }

    public double Evaluate(ReadOnlySpan<double> x)
    {
        Evaluations++;
        double sum = 0, norm = 0;
        for (int row = 0; row < rows; row++)
        {
            double a = 0;
            for (int i = 0; i < columns; i++) a += matrix[row * columns + i] * x[i];
            sum += Math.Tanh(a) * Math.Tanh(a);
        }

        foreach (double v in x) norm += v * v;
        return sum + Math.Log(1 + norm);
    }

    public void Evaluate(ReadOnlySpan<double> points, int dimension, Span<double> values)
    {
        Assert.Equal(columns, dimension);
        Assert.Equal(points.Length, dimension * values.Length);
        Calls++;
        LargestBatch = Math.Max(LargestBatch, values.Length);
        for (int i = 0; i < values.Length; i++) values[i] = Evaluate(points.Slice(i * dimension, dimension));
    }

    public double Prepare(ReadOnlySpan<double> x)
    {
        point = x.ToArray();
        activations = new double[rows];
        squares = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i++) activations[row] += matrix[row * columns + i] * x[i];
        }

        foreach (double v in x) squares += v * v;
        return Evaluate(x);
    }

    public double EvaluateAt(int index, double value)
    {
        Evaluations++;
        double sum = 0, change = value - point![index];
        for (int row = 0; row < rows; row++)
        {
            double t = Math.Tanh(activations![row] + matrix[row * columns + index] * change);
            sum += t * t;
        }

        return sum + Math.Log(1 + squares + change * (value + point[index]));
    }

    public double Difference(int index, double upper, double lower)
    {
        Evaluations += 2;
        double sum = 0, up = upper - point![index], down = lower - point[index];
        for (int row = 0; row < rows; row++)
        {
            double high = Math.Tanh(activations![row] + matrix[row * columns + index] * up);
            double low = Math.Tanh(activations[row] + matrix[row * columns + index] * down);
            sum += (high - low) * (high + low);
        }

        double least = 1 + squares + down * (lower + point[index]);
        return sum + Math.Log(1 + (upper - lower) * (upper + lower) / least);
    }

    public readonly RowFunction Clone() => new(matrix, columns);

    /// <summary>The exact gradient.</summary>
    public readonly double[] Gradient(ReadOnlySpan<double> x)
    {
        var gradient = new double[columns];
        double norm = 0;
        foreach (double v in x) norm += v * v;
        for (int row = 0; row < rows; row++)
        {
            double a = 0;
            for (int i = 0; i < columns; i++) a += matrix[row * columns + i] * x[i];
            double t = Math.Tanh(a), slope = 2 * t * (1 - t * t);
            for (int i = 0; i < columns; i++) gradient[i] += slope * matrix[row * columns + i];
        }

        for (int i = 0; i < columns; i++) gradient[i] += 2 * x[i] / (1 + norm);
        return gradient;
    }
}
