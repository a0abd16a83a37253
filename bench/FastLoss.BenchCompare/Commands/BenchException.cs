namespace FastLoss.BenchCompare.Commands;

/// <summary>What the user must be told in one line; the program ends with exit code 2.</summary>
public sealed class BenchException(string message) : Exception(message);
