using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Seeded inputs by SplitMix64 (Steele, Lea, Flood 2014), made with integer and exact arithmetic alone.</summary>
internal sealed class Source(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Uniform between -1 and 1.</summary>
    public double Unit() => ((long)Next() >> 11) * (1.0 / (1L << 52));

    /// <summary>Usual, spread, shifted, confident and special logits.</summary>
    public T[] Logits<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[n];
        double spread = Below(4) == 0 ? 60 : 6;
        double shift = Below(6) == 0 ? 150 * Unit() : 0;
        for (int i = 0; i < n; i++) x[i] = T.CreateTruncating((Unit() * spread) + shift);
        if (n > 0 && Below(5) == 0) x[Below(n)] = T.NegativeInfinity;
        if (n > 0 && Below(15) == 0) x[Below(n)] = T.NaN;
        if (n > 0 && Below(15) == 0) x[Below(n)] = T.PositiveInfinity;
        return x;
    }

    /// <summary>Numbers whose squares and sums stay finite, of magnitudes 2^-20 to 2^20.</summary>
    public T[] Numbers<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[n];
        for (int i = 0; i < n; i++) x[i] = T.CreateTruncating(Math.ScaleB(Unit(), Below(41) - 20));
        return x;
    }

    /// <summary>0 to 1, both often.</summary>
    public T[] Shares<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[n];
        for (int i = 0; i < n; i++) x[i] = T.CreateTruncating(Math.Clamp(0.5 + (0.6 * Unit()), 0, 1));
        return x;
    }

    public int[] Labels(int rows, int classCount)
    {
        int[] labels = new int[rows];
        for (int r = 0; r < rows; r++) labels[r] = Below(classCount);
        return labels;
    }
}
