namespace FastLoss.Testing;

/// <summary>How a point is said.</summary>
internal sealed class Places(bool hasTargets)
{
    public bool HasTargets => hasTargets;

    public string Text(double y, double t) =>
        hasTargets ? $" at y = {Comparison.Text(y)}, t = {Comparison.Text(t)}" : $" at x = {Comparison.Text(y)}";
}
