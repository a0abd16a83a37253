using FastLoss.Tests.Support;

namespace FastLoss.Tests.Features;

public class HogTests
{
    private static readonly Hog s_digits = new(cellSize: 7);

    /// <summary>OpenCV 4.13's of ten images (see Features/README.md): blocks and cells column by column, which the test turns.</summary>
    [Theory]
    [InlineData("mnist-1k")]
    [InlineData("fashion-1k")]
    public void OpenCvSaysTheSame(string set)
    {
        float[] images = Digits.Images(set, "t10k", 5), descriptors = new float[5 * 324];
        Hog hog = new(cellSize: 7, floor: 0.1);
        Assert.Equal(324, hog.Length(28, 28));
        hog.Compute<float>(images, 28, 28, descriptors);
        for (int i = 0; i < 5; i++)
        {
            double[] theirs = Digits.OpenCv(set, i, "hog"), turned = new double[324];
            for (int k = 0; k < 324; k++)
            {
                int bin = k % 9, cell = k / 9 % 4, block = k / 36;
                turned[k] = theirs[(((((block % 3) * 3) + (block / 3)) * 4) + ((cell % 2) * 2) + (cell / 2)) * 9 + bin];
            }

            double cosine = Digits.Cosine(turned, descriptors.AsSpan(i * 324, 324));
            Assert.True(cosine > 0.995, $"{set} {i}: cosine {cosine:F5}");
        }
    }

    /// <summary>The definition, cell by cell over the whole image, with the base library's arc tangent.</summary>
    private static double[] Naive(double[] image, int width, int height, Hog hog)
    {
        int size = hog.CellSize, cells = hog.BlockCells, bins = hog.Orientations, side = size * cells;
        double At(int y, int x) => hog.SquareRoots ? Math.Sqrt(image[(y * width) + x]) : image[(y * width) + x];
        List<double> all = [];
        for (int by = 0; by + cells <= height / size; by++)
        {
            for (int bx = 0; bx + cells <= width / size; bx++)
            {
                double[] block = new double[cells * cells * bins];
                for (int cell = 0; cell < cells * cells; cell++)
                {
                    double cy = ((cell / cells) + 0.5) * size, cx = ((cell % cells) + 0.5) * size;
                    for (int y = 0; y < side; y++)
                    {
                        for (int x = 0; x < side; x++)
                        {
                            int py = (by * size) + y, px = (bx * size) + x;
                            double dx = px == 0 || px == width - 1 ? 0 : At(py, px + 1) - At(py, px - 1), dy = py == 0 || py == height - 1 ? 0 : At(py + 1, px) - At(py - 1, px);
                            double near = Math.Max(0, 1 - (Math.Abs(y + 0.5 - cy) / size)) * Math.Max(0, 1 - (Math.Abs(x + 0.5 - cx) / size));
                            double away = (Math.Pow(x + 0.5 - (side / 2.0), 2) + Math.Pow(y + 0.5 - (side / 2.0), 2)) / (2 * side * side / 16.0);
                            double angle = ((Math.Atan2(dy, dx) / Math.PI) + 2) % 1 * bins;
                            for (int bin = 0; bin < bins; bin++)
                            {
                                double off = Math.Abs(angle - (bin + 0.5));
                                off = Math.Min(off, bins - off);
                                block[(cell * bins) + bin] += Math.Max(0, 1 - off) * near * Math.Exp(-away) * Math.Sqrt((dx * dx) + (dy * dy));
                            }
                        }
                    }
                }

                double norm = Math.Sqrt(block.Sum(v => v * v)) + (hog.Floor * block.Length);
                block = [.. block.Select(v => norm == 0 ? 0 : Math.Min(v / norm, hog.Clip))];
                norm = Math.Sqrt(block.Sum(v => v * v));
                all.AddRange(block.Select(v => norm == 0 ? 0 : v / norm));
            }
        }

        return [.. all];
    }

    [Theory]
    [InlineData(8, 2, 9, 16, 16, true)]
    [InlineData(4, 2, 9, 19, 13, false)]
    [InlineData(3, 3, 6, 12, 11, true)]
    [InlineData(5, 1, 4, 5, 17, false)]
    public void EveryNumberIsTheDefinitions(int cell, int block, int bins, int width, int height, bool squareRoots)
    {
        Hog hog = new(cell, block, bins, 0.25, 0.001, squareRoots);
        Random random = new(cell);
        for (int round = 0; round < 10; round++)
        {
            double[] image = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(4) == 0 ? random.NextDouble() : Math.Round(random.NextDouble() * 4) / 4)];
            double[] actual = new double[hog.Length(width, height)], expected = Naive(image, width, height, hog);
            float[] narrow = new float[actual.Length];
            hog.Compute<double>(image, width, height, actual);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 1e-7);
            hog.Compute<float>(Array.ConvertAll(image, v => (float)v), width, height, narrow);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], narrow[i], 2e-5);
        }
    }

    [Fact]
    public void WhatShouldNotMatterDoesNot()
    {
        float[] images = Digits.Images("mnist-1k", "train", 60), one = new float[60 * 324], other = new float[60 * 324];
        Hog plain = new(7, squareRoots: false);
        plain.Compute<float>(images, 28, 28, one);

        // Brighter all over: the same numbers. Half the contrast, no floor: the same numbers. On threads: the same bits.
        plain.Compute<float>(Array.ConvertAll(images, v => v + 64), 28, 28, other);
        Assert.Equal(one, other);
        Hog bare = new(7, floor: 0);
        bare.Compute<float>(images, 28, 28, one);
        bare.Compute<float>(Array.ConvertAll(images, v => v / 2), 28, 28, other);
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], other[i], 1e-6);
        bare.Compute<float>(images, 28, 28, other, threads: -1);
        Assert.Equal(one, other);

        // Left and right changed: the same numbers in their mirrored places.
        float[] mirrored = [.. Enumerable.Range(0, images.Length).Select(i => images[(i / 28 * 28) + 27 - (i % 28)])];
        bare.Compute<float>(mirrored, 28, 28, other);
        for (int i = 0; i < one.Length; i++)
        {
            int bin = i % 9, cell = i / 9 % 4, block = i / 36 % 9;
            int at = (((block / 3 * 3) + 2 - (block % 3)) * 36) + (((cell / 2 * 2) + 1 - (cell % 2)) * 9) + 8 - bin;
            Assert.Equal(one[i], other[(i / 324 * 324) + at], 1e-5);
        }

        // A flat image has no edges.
        float[] flat = new float[324];
        Array.Fill(flat, 5);
        s_digits.Compute<float>(new float[784], 28, 28, flat);
        Assert.All(flat, v => Assert.Equal(0, v));
        default(Hog).Compute<float>(new float[256], 16, 16, flat.AsSpan(0, 36));
        Assert.Equal((8, 2, 9, 0.2, 0.1 / 255), (default(Hog).CellSize, default(Hog).BlockCells, default(Hog).Orientations, default(Hog).Clip, default(Hog).Floor));
    }

    [Fact]
    public void NaNStaysInItsBlocks()
    {
        float[] image = new float[32 * 16], descriptor = new float[3 * 36];
        for (int i = 0; i < image.Length; i++) image[i] = i * i % 7;
        image[40] = float.NaN; // row 1, column 8: within the first two blocks of 16, whose columns begin at 0, 8 and 16
        default(Hog).Compute<float>(image, 32, 16, descriptor);
        Assert.All(descriptor[..72], v => Assert.True(float.IsNaN(v)));
        Assert.All(descriptor[72..], v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWriteAndGoodOnesAllocateNothing()
    {
        float[] image = new float[784], descriptor = new float[324];
        Array.Fill(descriptor, 5);
        Says("width is 13", () => s_digits.Length(13, 28));
        Says("cellSize is 1", () => _ = new Hog(1));
        Says("clip is 2", () => _ = new Hog(clip: 2));
        Says("floor is -1", () => _ = new Hog(floor: -1));
        Says("orientations is 0", () => _ = new Hog(orientations: 0));
        Says("images has 784", () => s_digits.Compute<float>(image, 28, 27, descriptor));
        Says("descriptors has 323", () => s_digits.Compute<float>(image, 28, 28, descriptor.AsSpan(1)));
        Says("overlaps", () => s_digits.Compute<float>(image, 28, 28, image.AsSpan(0, 324)));
        Says("threads is -2", () => s_digits.Compute<float>(image, 28, 28, descriptor, -2));
        Assert.All(descriptor, v => Assert.Equal(5, v));
        Assert.Equal(0, Comparison.Allocated(() => s_digits.Compute<float>(image, 28, 28, descriptor)));
        s_digits.Compute<float>([], 28, 28, []);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
