namespace FastLoss;

/// <summary>
/// The generator of the random directions: the same numbers on every machine and runtime (Steele, Lea and Flood, Fast
/// splittable pseudorandom number generators, 2014).
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
