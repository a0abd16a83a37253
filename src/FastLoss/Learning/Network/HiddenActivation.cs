namespace FastLoss;

/// <summary>The nonlinearity of a network's hidden layers: the library's activations of an element.</summary>
public enum HiddenActivation
{
    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>max(0, x), with the derivative 0 at 0.</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x times the normal distribution function at x (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>Gelu's older approximation by a hyperbolic tangent.</summary>
    GeluTanh,

    /// <summary>x / (1 + e^-x), also swish.</summary>
    Silu,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,
}
