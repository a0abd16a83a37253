using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace FastLoss.Testing;

/// <summary>What a law says of one input: nothing, or how it is broken.</summary>
internal sealed class Broken(string difference) : Exception(difference);

/// <summary>Tries laws one after the other with inputs that FsCheck draws, and keeps what each came to.</summary>
internal sealed class LawRun(string subject, LawOptions options)
{
    private readonly ulong _seed = options.Seed ?? (ulong)Random.Shared.Next();
    private readonly List<Law> _held = [];
    private readonly List<LawBreak> _broken = [];

    public static LawRun Of(string subject, ref LawOptions? options)
    {
        options ??= new();
        ArgumentNullException.ThrowIfNull(options.Without, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cases, 1, nameof(options));
        return new(subject, options);
    }

    /// <summary>Tries a law on floats and doubles.</summary>
    public void Try<TInput>(Law law, Arbitrary<TInput> inputs, ILaw<TInput> check) => Try(law, inputs, input =>
    {
        check.Check<float>(input);
        check.Check<double>(input);
    });

    /// <summary>Tries a law.</summary>
    /// <param name="law">Which.</param>
    /// <param name="inputs">What it is tried with.</param>
    /// <param name="check">Throws <see cref="Broken"/> where it does not hold.</param>
    /// <param name="after">
    /// Says, when no input broke it, whether it was tried at all; throws <see cref="Broken"/> where it could not be.
    /// </param>
    public void Try<TInput>(Law law, Arbitrary<TInput> inputs, Action<TInput> check, Func<bool>? after = null)
    {
        if (options.Without.Contains(law)) return;
        Smallest found = new();
        Rnd start = new(_seed + (1000003UL * (ulong)law));
        Config config = Config.Quick.WithMaxTest(options.Cases).WithRunner(found).WithReplay(start.Seed, start.Gamma);
        Prop.ForAll(inputs, check).Check(config);
        if (found.Difference is string difference) _broken.Add(new(law, difference, found.Input));
        else Note(law, after);
    }

    /// <summary>Tries a law that needs no input.</summary>
    public void Try(Law law, Action check)
    {
        if (options.Without.Contains(law)) return;
        Note(law, () =>
        {
            check();
            return true;
        });
    }

    /// <summary>The report, or the exception of one.</summary>
    public LawReport End()
    {
        LawReport report = new(subject, _seed, options.Cases, _held, _broken);
        return _broken.Count == 0 ? report : throw new LawException(report);
    }

    private void Note(Law law, Func<bool>? holds)
    {
        try
        {
            if (holds?.Invoke() != false) _held.Add(law);
        }
        catch (Broken broken)
        {
            _broken.Add(new(law, broken.Message, ""));
        }
    }

    /// <summary>Keeps the end of FsCheck's chain of shrinks.</summary>
    private sealed class Smallest : IRunner
    {
        public string Input { get; private set; } = "";

        public string? Difference { get; private set; }

        public void OnStartFixture(Type t)
        {
        }

        public void OnArguments(int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every)
        {
        }

        public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink)
        {
        }

        public void OnFinished(string name, TestResult testResult)
        {
            if (testResult is not TestResult.Failed failed) return;
            Input = string.Join("; ", failed.Item3);
            Exception? cause = failed.Item4 is Outcome.Failed outcome ? outcome.Item : null;
            while (cause is not (null or Broken) && cause.InnerException != null) cause = cause.InnerException;
            Difference = cause is null or Broken ? cause?.Message ?? "no reason given" : $"{cause.GetType().Name} was thrown: {cause.Message}";
        }
    }
}
