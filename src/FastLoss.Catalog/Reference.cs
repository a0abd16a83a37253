using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>The definitions, in double, one element after the other: what the kernels are compared with.</summary>
public static class Reference
{
    public static double[] Widen<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T>
    {
        double[] wide = new double[x.Length];
        for (int i = 0; i < x.Length; i++) wide[i] = double.CreateTruncating(x[i]);
        return wide;
    }

    public static double LogSumExp(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity;
        foreach (double v in x)
        {
            if (double.IsNaN(v)) return double.NaN;
            max = Math.Max(max, v);
        }

        if (double.IsInfinity(max)) return max;
        double sum = 0, lost = 0;
        foreach (double v in x)
        {
            double term = Math.Exp(v - max) - lost;
            double next = sum + term;
            lost = (next - sum) - term;
            sum = next;
        }

        return max + Math.Log(sum);
    }

    /// <summary>(x - max) - ln sum e^(x - max): x - (max + ln sum) would round at the size of max.</summary>
    public static double[] LogSoftmax(ReadOnlySpan<double> x)
    {
        double[] log = new double[x.Length];
        double max = double.NegativeInfinity;
        foreach (double v in x) max = Math.Max(max, v);
        for (int i = 0; i < x.Length; i++) log[i] = x[i] - max;
        double rest = LogSumExp(log);
        for (int i = 0; i < x.Length; i++) log[i] -= rest;
        return log;
    }

    public static double[] Softmax(ReadOnlySpan<double> x)
    {
        double[] p = new double[x.Length];
        double max = double.NegativeInfinity;
        foreach (double v in x) max = Math.Max(max, v);
        double sum = 0, lost = 0;
        for (int i = 0; i < x.Length; i++)
        {
            p[i] = Math.Exp(x[i] - max);
            double term = p[i] - lost;
            double next = sum + term;
            lost = (next - sum) - term;
            sum = next;
        }

        for (int i = 0; i < x.Length; i++) p[i] /= sum;
        return p;
    }

    /// <summary>ln(1 + sum over the others of e^(x_c - x_label)): exact where ln(sum) - x_label cancels.</summary>
    public static double CrossEntropy(ReadOnlySpan<double> x, int label)
    {
        if (double.IsNegativeInfinity(x[label])) return double.PositiveInfinity;
        double sum = 0;
        for (int c = 0; c < x.Length; c++)
        {
            if (c != label) sum += Math.Exp(x[c] - x[label]);
        }

        return double.IsInfinity(sum) ? LogSumExp(x) - x[label] : Log1P(sum);
    }

    /// <summary>p - 1 at the label as minus the others' sum.</summary>
    public static double[] CrossEntropyGradient(ReadOnlySpan<double> x, int label)
    {
        double[] g = Softmax(x);
        g[label] = 0;
        g[label] = -g.Sum();
        return g;
    }

    /// <summary>The framework has no accurate log1p; Kahan's: ln(u) x / (u - 1) for u = 1 + x rounded. NaN below -1, -infinity included.</summary>
    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>The framework has no accurate expm1; Kahan's.</summary>
    public static double ExpM1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1) return x;
        double difference = u - 1;
        return difference == -1 ? -1 : double.IsInfinity(u) ? u : difference * x / Math.Log(u);
    }
}
