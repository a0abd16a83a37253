using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace FastLoss.Testing;

/// <summary>What a law says of one input: nothing, or how it is broken.</summary>
internal sealed class Broken(string difference) : Exception(difference);

/// <summary>Tries one law with inputs that FsCheck draws, and throws with the smallest that breaks it.</summary>
internal sealed class LawRunner : IRunner
{
    private string _input = "", _difference = "";
    private string? _replay;

    /// <summary>Whether an input was found that breaks the law.</summary>
    private bool _isBroken;

    public static void Run<TInput>(Law law, string subject, Arbitrary<TInput> inputs, LawOptions options, Action<TInput> check)
    {
        if (options.Without.Contains(law)) return;
        LawRunner runner = new();
        Config config = Config.Quick.WithMaxTest(options.Cases).WithRunner(runner);
        if (options.Replay is string replay)
        {
            string[] parts = replay.Split(',');
            if (parts.Length != 2 || !ulong.TryParse(parts[0], out ulong seed) || !ulong.TryParse(parts[1], out ulong gamma))
                throw new ArgumentException($"Replay is \"{replay}\"; it must be two numbers and a comma, as a LawException says them", nameof(options));
            config = config.WithReplay(seed, gamma);
        }

        Prop.ForAll(inputs, check).Check(config);
        if (runner._isBroken) throw new LawException(law, subject, runner._input, runner._difference, runner._replay);
    }

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
        _isBroken = true;
        _input = string.Join("; ", failed.Item3);
        Exception? cause = failed.Item4 is Outcome.Failed outcome ? outcome.Item : null;
        while (cause is not (null or Broken) && cause.InnerException != null) cause = cause.InnerException;
        _difference = cause is null ? "no reason given" : cause is Broken ? cause.Message : $"{cause.GetType().Name}: {cause.Message}";
        _replay = $"{failed.Item5.Seed},{failed.Item5.Gamma}";
    }
}
