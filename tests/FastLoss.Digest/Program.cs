using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using FastLoss.Digest;

// Prints a hash of the results of each public routine over seeded cases. Two runs that print the same, on whatever machine, width of
// vectors or number of threads, computed the same bits. Argument: threads for the routines that take them, 1 when left out.
int threads = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1;
string width = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : AdvSimd.Arm64.IsSupported ? "NEON"
    : Vector128.IsHardwareAccelerated ? "128 bits" : "no vectors";
Console.Error.WriteLine($"{width}, {threads} threads");
Cases.Run<float>("float", threads);
Cases.Run<double>("double", threads);
Console.WriteLine($"half precision: {HalfCases.Run()}");
TrainingCases.Run(threads);
