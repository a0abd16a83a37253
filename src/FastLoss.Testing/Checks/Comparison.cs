using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastLoss.Testing;

/// <summary>Comparisons that say where and by how much, and what laws of formulas have in common.</summary>
internal static class Comparison
{
    public static void Same<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Equals(actual[i]) || T.IsNegative(expected[i]) != T.IsNegative(actual[i]))
                throw new Broken($"{what} of {Name<T>()}: element {i} is {Text(actual[i])}, not the bits of {Text(expected[i])}");
        }
    }

    public static bool IsWithin(double expected, double actual, double allowed) =>
        (double.IsNaN(expected) && double.IsNaN(actual)) || expected == actual || Math.Abs(actual - expected) <= allowed;

    /// <summary>What is expected has the digits that are allowed for, and no noise behind them.</summary>
    public static string Difference(string what, double expected, double actual, double allowed)
    {
        string wanted = expected.ToString(allowed > 1e-9 * Math.Abs(expected) ? "G9" : "R", CultureInfo.InvariantCulture);
        return $"{what} is {Text(actual)}, not {wanted} within {allowed.ToString("G3", CultureInfo.InvariantCulture)}";
    }

    public static void Within(double expected, double actual, double allowed, string what)
    {
        if (!IsWithin(expected, actual, allowed)) throw new Broken(Difference(what, expected, actual, allowed));
    }

    public static void NotLost<T>(T value, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsNaN(value)) return;
        throw new Broken(
            $"{what} is {Text(value)}, not NaN. It is lost in a comparison, which is false of NaN, in CopySign, or in Max and Min, which give "
            + "their second argument where one is NaN: Max(0, x) keeps it, Max(x, 0) does not");
    }

    public static void Equal<TValue>(TValue expected, TValue actual, string what)
    {
        if (!EqualityComparer<TValue>.Default.Equals(expected, actual)) throw new Broken($"{what} is {actual}, not {expected}");
    }

    /// <summary>The last place of 1.</summary>
    public static double Ulp<T>() => typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;

    /// <summary>Below it a float or double may be 0.</summary>
    public static double Tiny<T>() => typeof(T) == typeof(float) ? 1e-37 : 1e-300;

    public static string Name<T>() => typeof(T) == typeof(float) ? "floats" : "doubles";

    public static string Text<T>(T value)
        where T : IFormattable => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// Bytes the calling thread allocates in a call once everything is compiled: the least of many, because the runtime itself
    /// allocates now and then when it replaces a method's code, and waits with that while a machine is busy.
    /// </summary>
    public static long Allocated(Action action)
    {
        action();
        action();
        long least = long.MaxValue;
        for (int i = 0; i < 30 && least != 0; i++)
        {
            if (i >= 10) Thread.Sleep(50);
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The law that a call allocates nothing.</summary>
    public static void Nothing(string verb, Action call)
    {
        if (Allocated(call) is > 0 and long bytes) throw new Broken($"{verb} allocates {bytes} bytes, not 0");
    }

    /// <summary>
    /// The law that a formula's methods are marked to be inlined: what the library calls, and what of the same struct they call with
    /// vectors.
    /// </summary>
    public static void Inlining(Type formula)
    {
        const BindingFlags Every = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        IEnumerable<MethodInfo> methods = formula.GetMethods(Every | BindingFlags.DeclaredOnly);
        string[] calls = [.. methods.Where(m => m.IsGenericMethodDefinition && TakesVectors(m) && !IsInlined(m)).Select(m => m.Name.Split('.')[^1])];
        if (calls.Length == 0) return;
        string names = string.Join(", ", calls) + (calls.Length == 1 ? " is" : " are");
        throw new Broken($"{names} not marked [MethodImpl(MethodImplOptions.AggressiveInlining)], and so a call for every register of elements");
    }

    private static bool TakesVectors(MethodInfo method) => method.GetGenericArguments()
        .Any(a => a.GetGenericParameterConstraints().Any(c => c.IsGenericType && c.GetGenericTypeDefinition() == typeof(IVector<>)));

    private static bool IsInlined(MethodInfo method) => (method.MethodImplementationFlags & MethodImplAttributes.AggressiveInlining) != 0;

    /// <summary>The formula's type and parameters.</summary>
    public static string Subject<TFormula>(TFormula formula)
        where TFormula : struct
    {
        string name = typeof(TFormula).Name.Split('`')[0], text = formula.ToString() ?? "";
        if (text.Length == 0 || text == typeof(TFormula).ToString()) return name;
        return text.StartsWith(name, StringComparison.Ordinal) ? text : $"{name} {text}";
    }
}
