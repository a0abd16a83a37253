using System.Globalization;

namespace FastLoss.Catalog;

/// <summary>Softmax cross-entropy with some of its parameters, against labels or targets.</summary>
internal sealed record CrossEntropyCase(string Parameters, SoftmaxCrossEntropy Loss, bool HasTargets) : RowCase(typeof(SoftmaxCrossEntropy), Parameters)
{
    private static readonly Func<SoftmaxCrossEntropy, SoftmaxCrossEntropy>[] s_parameters =
    [
        loss => loss with { LabelSmoothing = 0.1 },
        loss => loss with { Temperature = 2 },
        loss => loss with { Softcap = 2.5 },
        loss => loss with { ZLoss = 0.01 },
        loss => loss with { FocalGamma = 2 },
    ];

    /// <summary>The plain loss, each parameter, every pair of them, and all, against labels and against targets.</summary>
    public static IReadOnlyList<RowCase> Cases { get; } = [.. Losses().SelectMany(loss => new[] { Of(loss, false), Of(loss, true) })];

    public override int Inputs => HasTargets ? 2 : 1;

    public override IReadOnlyList<int> Differentiated => [0];

    public override int Overwritable => 1;

    public override bool IsWide => false;

    public override (double Float, double Double) Bound => (4e-6, 1e-13);

    public override RowOptions Takes => RowOptions.Entries | RowOptions.ClassWeights | RowOptions.MaskedRows | RowOptions.Layouts
        | (HasTargets ? RowOptions.None : RowOptions.IgnoreLabel);

    public override double Domain(int input, double u) => input == 0 ? base.Domain(input, u) : Catalog.Domain.Unit(u);

    public override double Definition(RowPoint at) =>
        new CrossEntropyDefinition(Loss).Of(at.Inputs[0], HasTargets ? at.Inputs[1] : CrossEntropyDefinition.OneHot(at.Label, at.Inputs[0].Length), at.ClassWeights).Loss;

    public override double Share(RowPoint at) => HasTargets || at.ClassWeights.Length == 0 ? 1 : at.ClassWeights[at.Label];

    public override LossTally Run<T>(RowCall<T> c) => HasTargets ? TargetLosses.Run(Loss, c) : LabelLosses.Run(Loss, c);

    /// <summary>Of the plain loss four shapes: few classes, some, those of digits, more than a register.</summary>
    public override IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
    {
        if (HasTargets || Parameters.Length > 0) yield break;
        foreach ((int rows, int classes) in ((int, int)[])[(4, 2), (5, 3), (16, 10), (3, 100)])
        {
            Random random = new(rows * classes);
            T[] logits = Draws.Uniform<T>(random, rows * classes, -4, 4);
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
            yield return ($"{Type.Name} {rows}x{classes}", new([logits], classes, labels));
        }
    }

    private static IEnumerable<SoftmaxCrossEntropy> Losses()
    {
        yield return new();
        for (int i = 0; i < s_parameters.Length; i++)
        {
            yield return s_parameters[i](new());
            for (int k = 0; k < i; k++) yield return s_parameters[i](s_parameters[k](new()));
        }

        yield return s_parameters.Aggregate(new SoftmaxCrossEntropy(), (loss, set) => set(loss)) with { FocalGamma = 1.5 };
    }

    private static CrossEntropyCase Of(SoftmaxCrossEntropy loss, bool hasTargets)
    {
        string[] parts =
        [
            hasTargets ? "targets" : "",
            Part("smoothing", loss.LabelSmoothing, 0),
            Part("temperature", loss.Temperature, 1),
            Part("softcap", loss.Softcap ?? 0, 0),
            Part("z-loss", loss.ZLoss, 0),
            Part("gamma", loss.FocalGamma, 0),
        ];
        string parameters = string.Join(", ", parts.Where(p => p.Length > 0));
        return new(parameters, loss, hasTargets)
        {
            Rival = parameters.Length == 0 ? new(ComposedLosses.CrossEntropy, ComposedLosses.CrossEntropy) : null,
        };
    }

    private static string Part(string name, double value, double unset) =>
        value == unset ? "" : string.Create(CultureInfo.InvariantCulture, $"{name} {value}");
}
