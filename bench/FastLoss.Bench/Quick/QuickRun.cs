using System.Reflection;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Quick;

/// <summary>A headline's result: our time, the rivals' and the limits', all from the same rounds.</summary>
internal sealed record QuickResult(Headline Headline, string Routine, string Element, IReadOnlyList<Timing> Timings, IReadOnlyList<string> Wrong, bool WeAreWrong)
{
    public const string Ours = "FastLoss";

    public Timing? Us => Timings.FirstOrDefault(t => t.Name == Ours);

    public IEnumerable<Timing> Rivals => Timings.Where(t => t.Name != Ours && !Catalog.IsLimit(t.Name));

    /// <summary>The faster of the limits with normal and with non-temporal stores: the machine can do either.</summary>
    public Timing? MemoryLimit =>
        Timings.Where(t => t.Name.StartsWith("MemoryLimit", StringComparison.Ordinal)).MinBy(t => t.Median);

    public Timing? ArithmeticLimit => Timings.FirstOrDefault(t => t.Name == "ArithmeticLimit");
}

internal sealed class QuickRun(InterleavedTimer timer, string[] contenders)
{
    private readonly HashSet<Type> _final = [];

    public QuickResult Run(Headline headline)
    {
        Shape small = headline.Shape.Rows > 1 ? new(16, headline.Shape.Classes) : new(1, 1_000);
        if (_final.Add(headline.Suite)) Measure(new(headline.Suite, small), Final);
        return Measure(headline, timer.Run);
    }

    private static IReadOnlyList<Timing> Final(IReadOnlyList<(string Name, Func<double> Call)> contenders)
    {
        foreach ((_, Func<double> call) in contenders) InterleavedTimer.TierUp(call);
        return [];
    }

    private QuickResult Measure(
        Headline headline, Func<IReadOnlyList<(string Name, Func<double> Call)>, IReadOnlyList<Timing>> time)
    {
        ISuite suite = Catalog.Create(headline.Suite);
        suite.Shape = headline.Shape;
        suite.Prepare();
        try
        {
            List<(string, Func<double>)> right = [];
            List<string> wrong = [];
            bool weAreWrong = false;
            foreach (MethodInfo method in Catalog.Contenders(headline.Suite))
            {
                if (contenders.Length > 0 && !contenders.Any(c => method.Name.Contains(c, StringComparison.OrdinalIgnoreCase)))
                    continue;
                try
                {
                    suite.Verify(method);
                    right.Add((method.Name, Catalog.Invoker(suite, method)));
                }
                catch (WrongResultException error)
                {
                    weAreWrong |= method.Name == QuickResult.Ours;
                    wrong.Add($"{suite.Routine}, {Catalog.ElementName(suite)}, {suite.Shape}: {error.Message}");
                }
            }
            return new(headline, suite.Routine, Catalog.ElementName(suite), time(right), wrong, weAreWrong);
        }
        finally
        {
            suite.Cleanup();
        }
    }
}
