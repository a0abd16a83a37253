using System.Reflection;
using FastLoss.Bench.Commands;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Quick;

/// <summary>A headline's result: our time, the rivals' and the limits', all from the same rounds.</summary>
internal sealed record QuickResult(Headline Headline, string Routine, string Element, IReadOnlyList<Timing> Timings, IReadOnlyList<string> Wrong, bool WeAreWrong)
{
    public const string Ours = "FastLoss", OursOnThreads = "FastLossThreads";

    public Timing? Us => Timings.FirstOrDefault(t => t.Name == Ours);

    public Timing? UsOnThreads => Timings.FirstOrDefault(t => t.Name == OursOnThreads);

    public IEnumerable<Timing> Rivals => Timings.Where(t => t.Name is not Ours and not OursOnThreads && !SuiteList.IsLimit(t.Name));

    /// <summary>The faster of the limits with normal and with non-temporal stores: the machine can do either.</summary>
    public Timing? MemoryLimit =>
        Timings.Where(t => t.Name.StartsWith("MemoryLimit", StringComparison.Ordinal)).MinBy(t => t.Median);

    public Timing? ArithmeticLimit => Timings.FirstOrDefault(t => t.Name == "ArithmeticLimit");
}

internal sealed class QuickRun(InterleavedTimer timer, Selection selection)
{
    private readonly HashSet<(Type, string)> _final = [];
    private readonly HashSet<string> _missing = [];

    /// <summary>A suite that cannot work at a size its user chose says so, and the others are measured all the same.</summary>
    public QuickResult Run(Headline headline)
    {
        ISuite suite = SuiteList.Create(headline.Suite);
        suite.Shape = headline.Shape;
        suite.Variant = headline.Variant;
        try
        {
            if (_final.Add((headline.Suite, headline.Variant)))
                TierUp.Run(suite, [.. SuiteList.Contenders(headline.Suite).Where(m => selection.HasContender(m.Name) && !m.IsDefined(typeof(NativeAttribute)))]);
            return Measure(headline);
        }
        catch (Exception error) when (error is not ThreadInterruptedException)
        {
            string message = $"{suite.Routine} {suite.Variant}".Trim() + $", {suite.Element}, {suite.Shape}, cannot be measured: {error.GetBaseException().Message}";
            return new(headline, suite.Routine, suite.Element, [], [message], WeAreWrong: true);
        }
    }

    private QuickResult Measure(Headline headline)
    {
        ISuite suite = SuiteList.Create(headline.Suite);
        suite.Shape = headline.Shape;
        suite.Variant = headline.Variant;
        suite.Prepare();
        try
        {
            List<(string, Func<double>)> right = [];
            List<string> wrong = [];
            bool weAreWrong = false;
            foreach (MethodInfo method in SuiteList.Contenders(headline.Suite))
            {
                if (!selection.HasContender(method.Name) || !suite.Offers(method.Name)) continue;
                if (_missing.Contains(method.Name)) continue;
                try
                {
                    suite.Verify(method);
                    right.Add((method.Name, SuiteList.Invoker(suite, method)));
                }
                catch (Exception error) when (method.IsDefined(typeof(NativeAttribute)) && error is not WrongResultException)
                {
                    _missing.Add(method.Name);
                    wrong.Add($"{method.Name} is left out, its library cannot be used here: {error.GetBaseException().Message.Split('\n')[0]}");
                }
                catch (WrongResultException error)
                {
                    weAreWrong |= SuiteList.IsOurs(method.Name);
                    wrong.Add($"{suite.Routine}, {suite.Element}, {suite.Shape}: {error.Message}");
                }
            }
            return new(headline, suite.Routine, suite.Element, timer.Run(right), wrong, weAreWrong);
        }
        finally
        {
            suite.Cleanup();
        }
    }
}
