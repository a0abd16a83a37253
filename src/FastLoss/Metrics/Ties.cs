namespace FastLoss;

/// <summary>Where a label stands among scores that equal its own.</summary>
public enum Ties
{
    /// <summary>Of equal scores the lower class stands first: an order that depends on nothing but the data, and what an argmax does.</summary>
    ByClass = 0,

    /// <summary>The label before all equal scores: the rank is 1 and the scores above. A model that scores all alike is always right.</summary>
    First = 1,

    /// <summary>The label after all equal scores. A model that scores all alike is always wrong.</summary>
    Last = 2,

    /// <summary>
    /// The mean over all orders of the equal scores: a rank is halfway between the first and the last, a row counts as right by the share of
    /// orders in which it is. A model that scores all alike does as well as chance.
    /// </summary>
    Expected = 3,
}
