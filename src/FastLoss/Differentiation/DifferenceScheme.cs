namespace FastLoss;

/// <summary>Which difference quotient stands for the derivative. f(x) is the value at the point, h the step.</summary>
public enum DifferenceScheme
{
    /// <summary>(f(x+h) - f(x-h)) / 2h: error O(h^2), two evaluations.</summary>
    Central,

    /// <summary>(f(x+h) - f(x)) / h: error O(h), one evaluation beside f(x), which a gradient shares.</summary>
    Forward,
}
