namespace FastLoss.Cli.Comparing;

/// <summary>Who made what a classifier is given.</summary>
internal enum FeatureKind
{
    /// <summary>People: HOG, SIFT, SURF.</summary>
    MadeByHand,

    /// <summary>Nobody: the pixels or a table's values as they are.</summary>
    Raw,

    /// <summary>A network, from the pixels.</summary>
    Learned,
}
