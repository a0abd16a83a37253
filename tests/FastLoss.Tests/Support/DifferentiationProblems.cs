namespace FastLoss.Tests;

/// <summary>A function, a point, and the derivative there.</summary>
/// <param name="Function">The function.</param>
/// <param name="X">The point.</param>
/// <param name="Exact">The derivative of what the function stands for.</param>
internal sealed record DifferentiationProblem(Func<double, double> Function, double X, double Exact)
{
    /// <summary>How far <see cref="Exact"/> itself may be rounded, relative to it.</summary>
    public double Rounded { get; init; } = 1e-15;

    /// <summary>The derivative of an iteration with its number of steps held, which is also right; NaN where there is none.</summary>
    public double Local { get; init; } = double.NaN;

    /// <summary>Bounds of the function; none if empty.</summary>
    public double[] Bounds { get; init; } = [];

    public DifferentiationOptions<double> Options => Bounds.Length == 0
        ? new() { Scheme = DifferenceScheme.Adaptive }
        : new() { Scheme = DifferenceScheme.Adaptive, LowerBounds = Bounds.AsSpan(0, 1), UpperBounds = Bounds.AsSpan(1, 1) };

    /// <summary>How far off a value is beyond what rounding of the exact one explains.</summary>
    public double ErrorOf(double value)
    {
        double error = Math.Max(0, Math.Abs(value - Exact) - Rounded * Math.Abs(Exact));
        return double.IsNaN(Local) ? error : Math.Min(error, Math.Max(0, Math.Abs(value - Local) - 1e-13 * Math.Abs(Local)));
    }
}

/// <summary>Random problems of every kind that numerical differentiation meets, by family and seed.</summary>
internal static class DifferentiationProblems
{
    public static readonly string[] Families =
        ["smooth", "offset", "kinked", "bounded", "naive", "single", "argument", "sum", "iteration", "stairs", "noise", "hard", "large"];

    public static DifferentiationProblem Make(string family, int seed)
    {
        var random = new Random(31 * seed + Array.IndexOf(Families, family));
        return family switch
        {
            "bounded" => Bounded(random),
            "naive" => Naive(random),
            "single" => Single(random),
            "argument" => Argument(random),
            "sum" => Sum(random),
            "iteration" => Iteration(random),
            "hard" => Hard(random),
            "large" => Large(random),
            _ => Composed(family, random),
        };
    }

    private static double Size(Random random, double from, double to) => Math.Pow(10, from + (to - from) * random.NextDouble());

    private static double Sign(Random random) => random.Next(2) == 0 ? 1 : -1;

    /// <summary>A smooth function, alone or with something added.</summary>
    private static DifferentiationProblem Composed(string family, Random random)
    {
        var f = new SmoothComposition(random);
        double x = f.Scale * (6 * random.NextDouble() - 3), exact = f.Derivative(x), value = Math.Abs(f.Evaluate(x));
        double amount, unit;
        switch (family)
        {
            case "offset":
                amount = Sign(random) * Size(random, -3, 6) * value;
                return new(v => f.Evaluate(v) + amount, x, exact) { Rounded = 1e-13 };
            case "kinked":
                double distance = Sign(random) * Size(random, -9, 0.5) * Math.Max(1, Math.Abs(x)), kink = x + distance;
                amount = Size(random, -3, 1) * Math.Abs(exact);
                double slope = exact - Math.Sign(distance) * amount;
                return new(v => f.Evaluate(v) + amount * Math.Abs(v - kink), x, slope)
                {
                    Rounded = 1e-13 * (Math.Abs(exact) + amount) / Math.Max(1e-300, Math.Abs(slope)),
                };
            case "stairs":
                unit = Size(random, -9, -2) * value;
                // Where nothing moves over the first step the function is constant.
                bool isFlat = IsFlat(v => Math.Round(f.Evaluate(v) / unit) * unit, x);
                return new(v => Math.Round(f.Evaluate(v) / unit) * unit, x, isFlat ? 0 : exact) { Rounded = 1e-13 };
            case "noise":
                amount = Size(random, -13, -2) * value;
                return new(v => f.Evaluate(v) + amount * (Hash(v) - 0.5), x, exact) { Rounded = 1e-13 };
            default:
                return new(f.Evaluate, x, exact) { Rounded = 1e-13 };
        }
    }

    private static bool IsFlat(Func<double, double> function, double x)
    {
        double reach = Math.Max(1, Math.Abs(x)) / 30;
        return function(x - reach) == function(x) && function(x + reach) == function(x);
    }

    private static DifferentiationProblem Bounded(Random random)
    {
        double x = Size(random, -14, -0.01), last = 1 - x;
        return (random.Next(6) switch
        {
            0 => new(Math.Log, x, 1 / x),
            1 => new DifferentiationProblem(v => -Math.Log(1 - v), last, 1 / (1 - last)),
            2 => new(Math.Sqrt, x, 0.5 / Math.Sqrt(x)),
            3 => new(v => v * Math.Log(v), x, 1 + Math.Log(x)) { Rounded = 1e-13 },
            4 => new(v => Math.Exp(3 * v), 0, 3),
            _ => new(v => Math.Pow(v, 0.3) + 1 / (v + 0.1), x, 0.3 * Math.Pow(x, -0.7) - 1 / ((x + 0.1) * (x + 0.1))) { Rounded = 1e-13 },
        }) with
        { Bounds = [0, 1] };
    }

    private static DifferentiationProblem Naive(Random random)
    {
        double x = Sign(random) * Size(random, -4, 0.7), y = 40 * random.NextDouble() - 35;
        return random.Next(5) switch
        {
            0 => new(v => Math.Log(Math.Cosh(v)), x, Math.Tanh(x)),
            1 => new(v => 1 - Math.Cos(v), x, Math.Sin(x)),
            2 => new(v => Math.Log(1 + Math.Exp(v)), y, 1 / (1 + Math.Exp(-y))),
            3 => new(v => Math.Sqrt(1 + v * v) - 1, x, x / Math.Sqrt(1 + x * x)),
            _ => new(v => -Math.Log(1 / (1 + Math.Exp(-v))), -y - 20, -1 / (1 + Math.Exp(-y - 20))),
        };
    }

    /// <summary>Single precision inside double; some points are themselves of few bits.</summary>
    private static DifferentiationProblem Single(Random random)
    {
        double x = 4 * random.NextDouble() - 2;
        x = random.Next(3) switch { 0 => (float)x, 1 => x, _ => Math.Round(4 * x) / 4 };
        float a = (float)(0.5 + 2 * random.NextDouble());
        return random.Next(4) switch
        {
            0 => new(v => MathF.Sin(a * (float)v), x, a * Math.Cos(a * x)),
            1 => new(v => MathF.Exp(a * (float)v), x, a * Math.Exp(a * x)),
            2 => new(v => Math.Exp(MathF.Sin(a * (float)v)) + v, x, Math.Exp(Math.Sin(a * x)) * a * Math.Cos(a * x) + 1),
            _ => new(v => MathF.Tanh(a * (float)v) + MathF.Sqrt(1 + (float)v * (float)v), x, a / Math.Pow(Math.Cosh(a * x), 2) + x / Math.Sqrt(1 + x * x)),
        };
    }

    private static DifferentiationProblem Argument(Random random)
    {
        double x = 4 * random.NextDouble() - 2, a = 0.5 + 2 * random.NextDouble();
        return new(v => Math.Exp(Math.Sin(a * (float)v)), x, a * Math.Cos(a * x) * Math.Exp(Math.Sin(a * x)));
    }

    private static DifferentiationProblem Sum(Random random)
    {
        float[] rates = [.. Enumerable.Range(0, random.Next(2, 200)).Select(_ => (float)(2 * random.NextDouble() - 0.7))];
        double x = 2 * random.NextDouble() - 1;
        if (random.Next(2) == 0) x = Math.Round(8 * x) / 8;
        return new(
            v =>
            {
                float sum = 0;
                foreach (float rate in rates) sum += MathF.Exp(rate * (float)v);
                return sum;
            },
            x,
            rates.Sum(rate => rate * Math.Exp(rate * x)));
    }

    /// <summary>y^3 + y = x, or a series, to a tolerance.</summary>
    private static DifferentiationProblem Iteration(Random random)
    {
        double tolerance = Size(random, -10, -3), x = 0.5 + 5 * random.NextDouble();
        if (random.Next(2) == 0) x = Math.Round(2 * x) / 2;
        double y = 1;
        for (int i = 0; i < 60; i++) y -= (y * y * y + y - x) / (3 * y * y + 1);
        double exact = 1 / (3 * y * y + 1);
        if (random.Next(2) == 0) return new(v => Bisected(v, tolerance), x, exact);
        return new(v => Converged(v, tolerance).Value, x, exact) { Local = Converged(x, tolerance).Slope };
    }

    private static double Bisected(double x, double tolerance)
    {
        double low = -3, high = 10;
        while (high - low > tolerance)
        {
            double middle = (low + high) / 2;
            if (middle * middle * middle + middle < x) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>A relaxation to the root, and the derivative of as many steps.</summary>
    private static (double Value, double Slope) Converged(double x, double tolerance)
    {
        double y = 1, slope = 0;
        for (int i = 0; i < 1000; i++)
        {
            double next = y - 0.05 * (y * y * y + y - x);
            if (Math.Abs(next - y) < tolerance) break;
            slope -= 0.05 * ((3 * y * y + 1) * slope - 1);
            y = next;
        }

        return (y, slope);
    }

    private static DifferentiationProblem Hard(Random random)
    {
        double x = Sign(random) * Size(random, -8, 1), size = Math.Abs(x), far = Sign(random) * Size(random, -2, 1);
        return random.Next(5) switch
        {
            0 => new(Math.Log, size, 1 / size),
            1 => new(v => Math.Sin(1 / v), far, -Math.Cos(1 / far) / (far * far)) { Rounded = 1e-11 },
            2 => new(v => 1 / (1 + 1e4 * v * v), x, -2e4 * x / Math.Pow(1 + 1e4 * x * x, 2)),
            3 => new(v => Math.Sqrt(Math.Abs(v)), x, Math.Sign(x) * 0.5 / Math.Sqrt(size)),
            _ => new(v => Math.Pow(Math.Abs(v), 1.5), x, Math.Sign(x) * 1.5 * Math.Sqrt(size)),
        };
    }

    private static DifferentiationProblem Large(Random random)
    {
        double x = Sign(random) * Size(random, 2, 12);
        return random.Next(2) == 0
            ? new(Math.Sin, x, Math.Cos(x))
            : new(v => Math.Exp(Math.Cos(v)), x, -Math.Sin(x) * Math.Exp(Math.Cos(x)));
    }

    /// <summary>A number from 0 to 1 that looks random and is the same for the same v.</summary>
    private static double Hash(double v)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(v) + 0x9E37_79B9_7F4A_7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return ((bits ^ (bits >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
