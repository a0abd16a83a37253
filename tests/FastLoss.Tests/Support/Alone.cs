namespace FastLoss.Tests.Support;

/// <summary>For tests that watch what the whole process does: what it prints, what all threads allocate.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
