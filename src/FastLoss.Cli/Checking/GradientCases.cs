using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>Every loss and activation of the catalogue, and the networks.</summary>
internal static class GradientCases
{
    public static IReadOnlyList<GradientCase> All { get; } =
        [.. Losses<double>(), .. Losses<float>(), .. Activations<double>(), .. Activations<float>(), .. Networks()];

    private static IEnumerable<GradientCase> Losses<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (RowCase loss in RowCase.All)
        {
            foreach ((string name, RowCall<T> call) in loss.UsualCalls<T>()) yield return Case<T>(name, () => RowCheck<T>.Run(loss, call));
        }

        foreach (ElementwiseCase loss in ElementwiseCase.All.Where(c => c.IsShown)) yield return Case<T>(loss.Name, () => ElementwiseCheck<T>.Run(loss));
    }

    private static IEnumerable<GradientCase> Activations<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ActivationCase activation in ActivationCase.All)
        {
            ActivationCalls<T> calls = activation.Bound<T>();
            yield return Case<T>(activation.Name, () => ActivationCheck<T>.Run(
                (x, y) => calls.Forward(x, y),
                (x, _, weights, gradient) => calls.Backward(x, weights, gradient)));
        }

        foreach (RowMapCase map in RowMapCase.All)
        {
            RowMapCalls<T> calls = map.Bound<T>();
            yield return Case<T>(map.Name, () => ActivationCheck<T>.Run(
                (x, y) => calls.Forward(x, x.Length, map.IsOneNumber ? y[..1] : y),
                (x, y, weights, gradient) => calls.Backward(x, y, x.Length, map.IsOneNumber ? weights[..1] : weights, gradient)));
        }
    }

    private static IEnumerable<GradientCase> Networks()
    {
        foreach (HiddenActivation activation in Enum.GetValues<HiddenActivation>())
        {
            yield return Case<double>($"Network {activation}", () => NetworkCheck<double>.Run(activation));
            yield return Case<float>($"Network {activation}", () => NetworkCheck<float>.Run(activation));
        }
    }

    private static GradientCase Case<T>(string name, Func<GradientCheckReport> check) =>
        new(name, typeof(T) == typeof(double) ? "double" : "float", check);
}
