namespace FastLoss.Cli;

/// <summary>What was asked for cannot be: an option's value, a file that is not there or not what it should be.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>It was asked for rightly and failed on the way.</summary>
internal sealed class RunException(string message) : Exception(message);
