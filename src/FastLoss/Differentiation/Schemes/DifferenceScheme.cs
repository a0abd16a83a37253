namespace FastLoss;

/// <summary>Which difference quotient stands for the derivative. h is the step.</summary>
public enum DifferenceScheme
{
    /// <summary>(f(x+h) - f(x-h)) / 2h: error O(h^2), two evaluations.</summary>
    Central,

    /// <summary>(f(x+h) - f(x)) / h: error O(h), one evaluation beside f(x), which a gradient shares.</summary>
    Forward,

    /// <summary>(f(x) - f(x-h)) / h: as forward, from below.</summary>
    Backward,

    /// <summary>(8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h: error O(h^4), four evaluations.</summary>
    FivePoint,

    /// <summary>
    /// Central differences from h = scale / 16 down by factors of 4, extrapolated to h = 0 (Romberg), until rounding is
    /// all that is left. About 12 evaluations, near full accuracy on any scale, and an error estimate at no extra cost.
    /// </summary>
    Adaptive,
}
