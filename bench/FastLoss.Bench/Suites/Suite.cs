using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>What every benchmark of a routine tells about its work, whatever its element type.</summary>
public interface ISuite
{
    Shape Shape { get; set; }

    /// <summary>The routine as a reader knows it, and as records name it.</summary>
    string Routine { get; }

    IEnumerable<Shape> Shapes { get; }

    /// <summary>Which of the <see cref="Variants"/>; empty where there are none.</summary>
    string Variant { get; set; }

    /// <summary>What the suite measures beside shapes: losses, options or activations of one signature.</summary>
    IReadOnlyList<string> Variants { get; }

    /// <summary>What it reads: half, float or double.</summary>
    string Element { get; }

    /// <summary>The unavoidable traffic of one element; see <see cref="Passes"/>.</summary>
    int BytesPerElement { get; }

    /// <summary>
    /// How often memory must be gone through at the least: an array read once, two read once, or one read twice and one
    /// written (a softmax must have seen the last logit before it can write the first probability). 0 where memory is not
    /// the limit. A suite's MemoryLimit does just that, by the widest vectors.
    /// </summary>
    int Passes { get; }

    /// <summary>Whether a contender is worth timing at this shape: where the library uses one thread, two are not measured.</summary>
    /// <remarks>The machine's limits are the same for all variants, and measured with the first.</remarks>
    bool Offers(string contender);

    /// <summary>From this many elements on the library shares its work among threads (`parallel` in its documentation).</summary>
    const int ThreadedElements = 1 << 18;

    /// <summary>Makes the inputs.</summary>
    void Prepare();

    void Cleanup();

    /// <summary>Runs one contender and throws unless its result is the oracle's.</summary>
    void Verify(MethodInfo contender);
}

/// <summary>
/// One routine at one <see cref="Shape"/>: us, the rivals and the memory's limit as benchmarks over the same bytes.
/// A contender's result is compared with a double-precision oracle before it is ever timed.
/// </summary>
public abstract class Suite<T> : ISuite where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<IDisposable> _owned = [];

    [ParamsSource(nameof(Shapes))]
    public Shape Shape { get; set; }

    public abstract string Routine { get; }

    public virtual IEnumerable<Shape> Shapes => Shape.All;

    public virtual string Variant { get; set; } = "";

    public virtual IReadOnlyList<string> Variants => [""];

    public virtual string Element => typeof(T) == typeof(float) ? "float" : "double";

    public virtual int BytesPerElement => Passes * Unsafe.SizeOf<T>();

    public abstract int Passes { get; }

    public virtual bool Offers(string contender) => SuiteList.IsLimit(contender)
        ? Variant == Variants[0]
        : contender != Quick.QuickResult.OursOnThreads || Shape.Elements >= ISuite.ThreadedElements;

    public void Prepare() => Allocate();

    /// <summary>A launch of BenchmarkDotNet: the benchmark it will time is checked and its code made final first.</summary>
    [GlobalSetup]
    public void Setup()
    {
        MethodInfo[] contenders = LaunchTarget.Of(GetType()) is { } target
            ? [target]
            : [.. SuiteList.Contenders(GetType()).Where(m => !m.IsDefined(typeof(NativeAttribute)) && Offers(m.Name))];
        TierUp.Run(this, contenders);
        Prepare();
        foreach (MethodInfo contender in contenders) Verify(contender);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (IDisposable owned in _owned) owned.Dispose();
        _owned.Clear();
    }

    public void Verify(MethodInfo contender)
    {
        if (SuiteList.IsLimit(contender.Name)) return;
        Func<double> run = SuiteList.Invoker(this, contender);
        double tolerance = SuiteList.IsOurs(contender.Name) ? OurTolerance : RivalTolerance;
        Verifying = true;
        VerifyResult(contender.Name, run, tolerance);
        Verifying = false;
    }

    /// <summary>A rival whose result lies elsewhere than in the suite's memory copies it there now, and only now.</summary>
    protected bool Verifying { get; private set; }

    /// <summary>As many threads as the machine has processors.</summary>
    protected const int Threads = -1;

    protected static double OurTolerance => typeof(T) == typeof(float) ? 2e-6 : 1e-14;

    /// <summary>Wide enough for float sums of 16M elements, too narrow for a wrong formula.</summary>
    protected static double RivalTolerance => typeof(T) == typeof(float) ? 5e-3 : 1e-9;

    protected abstract void Allocate();

    protected abstract void VerifyResult(string contender, Func<double> run, double tolerance);

    protected AlignedBuffer<TElement> Buffer<TElement>(int length) where TElement : unmanaged =>
        Own(new AlignedBuffer<TElement>(length));

    protected TOwned Own<TOwned>(TOwned disposable) where TOwned : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    protected static void Require(string contender, double actual, double expected, double scale, double tolerance, string where)
    {
        if (!(Math.Abs(actual - expected) <= tolerance * scale))
            throw new WrongResultException(
                $"{contender} gives {actual:R} {where}; the oracle gives {expected:R}. It is wrong, so it is not timed.");
    }
}

/// <summary>A rival in native code, bound to a suite's memory. Its result is 0 when it writes an array.</summary>
public interface INativeRival : IDisposable
{
    double Run();
}

/// <summary>
/// A rival in native code: made on its first call, so that it costs nothing to the others' launches, and left out with a
/// message where its library cannot be loaded.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeAttribute : Attribute;

/// <summary>A contender's result is not the oracle's.</summary>
public sealed class WrongResultException(string message) : Exception(message);
