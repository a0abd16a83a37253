namespace FastLoss;

/// <summary>The nonlinearity between the two layers.</summary>
public enum HiddenActivation
{
    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>max(0, x), with the derivative 0 at 0.</summary>
    Relu,
}
