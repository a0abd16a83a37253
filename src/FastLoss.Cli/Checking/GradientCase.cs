namespace FastLoss.Cli.Checking;

/// <summary>One routine of the library whose gradient `fastloss check` proves, at inputs that reach its branches.</summary>
/// <param name="Name">The routine as the library names it, with its parameters.</param>
/// <param name="Element">float or double.</param>
/// <param name="Check">Makes the inputs, and compares the routine's gradient with numerical derivatives of its value.</param>
internal sealed record GradientCase(string Name, string Element, Func<GradientCheckReport> Check);
