namespace FastLoss;

/// <summary>What precision, recall or F is where its quotient is 0 / 0: of a class never predicted, or that no row has.</summary>
public enum ZeroDivision
{
    /// <summary>0, as scikit-learn has it unless told otherwise.</summary>
    Zero = 0,

    /// <summary>1.</summary>
    One = 1,

    /// <summary>NaN, which means leave out: a mean is over the classes that have a number, and NaN where none has.</summary>
    LeftOut = 2,
}
