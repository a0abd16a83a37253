namespace FastLoss.Kernels;

/// <summary>Angles of gradients, within 1e-9 of a half turn: the base library's arc tangent differs between machines.</summary>
internal static class Angles
{
    /// <summary>The angle of (x, y) or its opposite from 0 to below 1, a half turn.</summary>
    public static double HalfTurns(double y, double x)
    {
        double angle = y < 0 ? Upper(-y, -x) : Upper(y, x);
        return angle >= 1 ? 0 : angle;
    }

    /// <summary>The angle of (x, y) from 0 to below 1, a whole turn.</summary>
    public static double Turns(double y, double x)
    {
        double angle = (y < 0 ? 1 + Upper(-y, -x) : Upper(y, x)) / 2;
        return angle >= 1 ? 0 : angle;
    }

    /// <summary>The angle from 0 to 1, a half turn, for y of 0 or more.</summary>
    private static double Upper(double y, double x)
    {
        double across = Math.Abs(x);
        if (across == 0 && y == 0) return 0;
        double angle = y <= across ? ArcTangent(y / across) : 0.5 - ArcTangent(across / y);
        return x < 0 ? 1 - angle : angle;
    }

    /// <summary>atan(t) / pi for t from 0 to 1, by its series within tan(pi / 8).</summary>
    private static double ArcTangent(double t)
    {
        double start = 0;
        if (t > 0.41421356237309503)
        {
            start = 0.25;
            t = (t - 1) / (t + 1);
        }

        double square = t * t, sum = 0;
        for (int k = 21; k >= 1; k -= 2) sum = ((k & 2) == 0 ? 1.0 : -1.0) / k + (square * sum);
        return start + (t * sum * 0.31830988618379067);
    }
}
