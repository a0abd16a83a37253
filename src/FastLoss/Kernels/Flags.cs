namespace FastLoss.Kernels;

/// <summary>A compile-time choice: the JIT compiles one loop for each, with the untaken branches gone.</summary>
internal interface IFlag
{
    static abstract bool Value { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool Value => true;
}

internal readonly struct No : IFlag
{
    public static bool Value => false;
}
