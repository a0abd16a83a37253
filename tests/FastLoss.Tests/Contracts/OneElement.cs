using System.Numerics;

namespace FastLoss.Tests.Contracts;

/// <summary>A loss of one prediction and one target.</summary>
internal static class OneElement
{
    public static double Value<T>(this ElementLoss<T> f, double y, double t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] loss = new T[1];
        f.PerElement([T.CreateTruncating(y)], [T.CreateTruncating(t)], loss);
        return double.CreateTruncating(loss[0]);
    }

    public static double Derivative<T>(this ElementLoss<T> f, double y, double t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] slope = new T[1];
        f.Gradient([T.CreateTruncating(y)], [T.CreateTruncating(t)], slope);
        return double.CreateTruncating(slope[0]);
    }

    public static double SecondDerivative<T>(this CurvedElementLoss<T> f, double y, double t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] slope = new T[1], curvature = new T[1];
        f.EvaluateWithCurvature([T.CreateTruncating(y)], [T.CreateTruncating(t)], slope, curvature);
        return double.CreateTruncating(curvature[0]);
    }
}
