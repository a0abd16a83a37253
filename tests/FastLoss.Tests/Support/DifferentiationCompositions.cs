namespace FastLoss.Tests;

/// <summary>A random smooth function of x / Scale with its exact derivative by the chain rule.</summary>
internal readonly struct SmoothComposition : IUnivariateFunction<double>
{
    private readonly (int Function, double Slope, double Offset)[] chain;
    private readonly (int Function, double Slope, double Offset) side;
    private readonly int combination;
    private readonly double amplitude;

    public SmoothComposition(Random random)
    {
        Scale = Math.Pow(10, 12 * random.NextDouble() - 6);
        amplitude = Math.Pow(10, 12 * random.NextDouble() - 6);
        chain = new (int, double, double)[random.Next(1, 4)];
        for (int i = 0; i < chain.Length; i++) chain[i] = Link(random);
        side = Link(random);
        combination = random.Next(3);
    }

    public double Scale { get; }

    public double Evaluate(double x) => Both(x).Value;

    public double Derivative(double x) => Both(x).Derivative;

    private static (int Function, double Slope, double Offset) Link(Random random) =>
        (random.Next(9), (0.5 + 1.5 * random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1), 2 * random.NextDouble() - 1);

    private (double Value, double Derivative) Both(double x)
    {
        double u = x / Scale, start = u, slope = 1 / Scale;
        foreach (var link in chain)
        {
            var (value, derivative) = Apply(link.Function, link.Slope * u + link.Offset);
            slope *= derivative * link.Slope;
            u = value;
        }

        var (other, otherSlope) = Apply(side.Function, side.Slope * start + side.Offset);
        otherSlope *= side.Slope / Scale;
        (u, slope) = combination switch
        {
            0 => (u, slope),
            1 => (u * other, slope * other + u * otherSlope),
            _ => (u + other, slope + otherSlope),
        };
        return (amplitude * u, amplitude * slope);
    }

    private static (double Value, double Derivative) Apply(int function, double u) => function switch
    {
        0 => (Math.Sin(u), Math.Cos(u)),
        1 => (Math.Cos(u), -Math.Sin(u)),
        2 => (Math.Tanh(u), 1 / (Math.Cosh(u) * Math.Cosh(u))),
        3 => (Math.Exp(Math.Sin(u)), Math.Exp(Math.Sin(u)) * Math.Cos(u)),
        4 => (Math.Log(1 + u * u), 2 * u / (1 + u * u)),
        5 => (Math.Sqrt(1 + u * u), u / Math.Sqrt(1 + u * u)),
        6 => (Math.Atan(u), 1 / (1 + u * u)),
        7 => (1 / (1 + u * u), -2 * u / ((1 + u * u) * (1 + u * u))),
        _ => (u * u, 2 * u),
    };
}
