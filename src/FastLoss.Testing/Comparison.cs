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

    public static void Within(double expected, double actual, double allowed, string what)
    {
        if (double.IsNaN(expected) && double.IsNaN(actual)) return;
        if (expected == actual || Math.Abs(actual - expected) <= allowed) return;
        throw new Broken($"{what} is {Text(actual)}, not {Text(expected)} within {allowed.ToString("G3", CultureInfo.InvariantCulture)}");
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
    /// Bytes the calling thread allocates in a call once everything is compiled: the least of several, because the runtime itself
    /// allocates now and then when it replaces a method's code.
    /// </summary>
    public static long Allocated(Action action)
    {
        action();
        action();
        long least = long.MaxValue;
        for (int i = 0; i < 10 && least != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The law that a formula's methods are marked to be inlined.</summary>
    public static void Inlining(Type formula, string subject, LawOptions options, params Type[] contracts)
    {
        if (options.Without.Contains(Law.Inlining)) return;
        foreach (Type contract in contracts.Where(c => c.IsAssignableFrom(formula)))
        {
            InterfaceMapping map = formula.GetInterfaceMap(contract);
            foreach (MethodInfo method in map.TargetMethods.Where(m => m.IsGenericMethodDefinition && m.DeclaringType == formula))
            {
                if ((method.MethodImplementationFlags & MethodImplAttributes.AggressiveInlining) != 0) continue;
                throw new LawException(
                    Law.Inlining, subject, "", $"{method.Name} is not marked [MethodImpl(MethodImplOptions.AggressiveInlining)]: it is a call for every register of elements", null);
            }
        }
    }

    /// <summary>The formula's type and parameters.</summary>
    public static string Subject<TFormula>(TFormula formula)
        where TFormula : struct
    {
        string name = typeof(TFormula).Name.Split('`')[0], text = formula.ToString() ?? "";
        return text.Length == 0 || text == typeof(TFormula).ToString() ? name : text.StartsWith(name, StringComparison.Ordinal) ? text : $"{name} {text}";
    }
}
