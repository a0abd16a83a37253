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

/// <summary>A compile-time kind of <see cref="RowShift{T}"/>.</summary>
internal interface IShift
{
    /// <summary>Exponentials are divided by a power of two.</summary>
    static abstract bool Divides { get; }

    /// <summary>A number is subtracted from every logit.</summary>
    static abstract bool Subtracts { get; }
}

internal readonly struct NoShift : IShift
{
    public static bool Divides => false;

    public static bool Subtracts => false;
}

internal readonly struct Divided : IShift
{
    public static bool Divides => true;

    public static bool Subtracts => false;
}

internal readonly struct Subtracted : IShift
{
    public static bool Divides => false;

    public static bool Subtracts => true;
}
