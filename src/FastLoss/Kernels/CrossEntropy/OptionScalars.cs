namespace FastLoss.Kernels;

/// <summary>The parameters of cross-entropy that its kernels know.</summary>
internal readonly record struct OptionScalars(double Smoothing, double ZLoss, double Gamma);
