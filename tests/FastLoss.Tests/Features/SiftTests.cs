using FastLoss.Tests.Support;

namespace FastLoss.Tests.Features;

public class SiftTests
{
    /// <summary>OpenCV 4.13's of ten images (see Features/README.md), number by number.</summary>
    [Theory]
    [InlineData("mnist-1k", 0.988)]
    [InlineData("fashion-1k", 0.981)]
    public void OpenCvSaysTheSame(string set, double least)
    {
        float[] images = Digits.Images(set, "t10k", 5), descriptors = new float[5 * 128];
        Sift sift = new(scale: 1.6);
        Assert.Equal(128, sift.Length(28, 28));
        sift.Compute<float>(images, 28, 28, descriptors);
        for (int i = 0; i < 5; i++)
        {
            double cosine = Digits.Cosine(Digits.OpenCv(set, i, "sift"), descriptors.AsSpan(i * 128, 128));
            Assert.True(cosine > least, $"{set} {i}: cosine {cosine:F5}");
        }
    }

    /// <summary>What OpenCV's descriptors and its machine reach is 96.0 and 91.8 of digits, 82.8 and 80.0 of clothes.</summary>
    [Theory]
    [InlineData("mnist-1k", 96.0, 91.8)]
    [InlineData("fashion-1k", 82.8, 80.0)]
    public void OneDescriptorTellsImagesApart(string set, double svm, double neighbours)
    {
        (double bySvm, double byNeighbours) = Digits.Accuracy(set, 128, (images, descriptors) => default(Sift).Compute(images, 28, 28, descriptors), [3, 10, 30, 100, 300]);
        Assert.True(bySvm >= svm && byNeighbours >= neighbours, $"{set}: {bySvm} and {byNeighbours} %");
    }

    /// <summary>The image times a Gaussian of two dimensions, cut at four standard deviations.</summary>
    private static double[,] Smooth(double[] image, int width, int height, double scale)
    {
        double variance = Math.Max(0, (scale * scale) - 0.25);
        int radius = (int)Math.Ceiling(4 * Math.Sqrt(variance));
        double[,] smooth = new double[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0, weights = 0;
                for (int dy = -radius; dy <= radius; dy++)
                {
                    for (int dx = -radius; dx <= radius; dx++)
                    {
                        double weight = radius == 0 ? 1 : Math.Exp(-((dx * dx) + (dy * dy)) / (2 * variance));
                        sum += weight * image[(Math.Clamp(y + dy, 0, height - 1) * width) + Math.Clamp(x + dx, 0, width - 1)];
                        weights += weight;
                    }
                }

                smooth[y, x] = sum / weights;
            }
        }

        return smooth;
    }

    /// <summary>The definition, cell by cell and bin by bin over the whole image, with the base library's arc tangent.</summary>
    private static double[] Naive(double[] image, int width, int height, Sift sift)
    {
        int size = sift.CellSize, cells = sift.Cells, bins = sift.Orientations, side = size * cells;
        double[,] smooth = Smooth(image, width, height, sift.Scale);
        List<double> all = [];
        for (int top = (height - side) % sift.Step / 2; top + side <= height; top += sift.Step)
        {
            for (int left = (width - side) % sift.Step / 2; left + side <= width; left += sift.Step)
            {
                double[] window = new double[cells * cells * bins];
                for (int i = 0; i < window.Length; i++)
                {
                    double middleY = top + (((i / bins / cells) + 0.5) * size), middleX = left + (((i / bins % cells) + 0.5) * size);
                    for (int y = 0; y < height; y++)
                    {
                        for (int x = 0; x < width; x++)
                        {
                            double dx = x == 0 || x == width - 1 ? 0 : smooth[y, x + 1] - smooth[y, x - 1], dy = y == 0 || y == height - 1 ? 0 : smooth[y - 1, x] - smooth[y + 1, x];
                            double near = Math.Max(0, 1 - (Math.Abs(y + 0.5 - middleY) / size)) * Math.Max(0, 1 - (Math.Abs(x + 0.5 - middleX) / size));
                            double away = (Math.Pow(y + 0.5 - top - (side / 2.0), 2) + Math.Pow(x + 0.5 - left - (side / 2.0), 2)) / (2 * Math.Pow(side / 2.0, 2));
                            double off = Math.Abs((((Math.Atan2(dy, dx) / (2 * Math.PI)) + 1) % 1 * bins) - (i % bins));
                            window[i] += Math.Max(0, 1 - Math.Min(off, bins - off)) * near * Math.Exp(-away) * Math.Sqrt((dx * dx) + (dy * dy));
                        }
                    }
                }

                double norm = Math.Sqrt(window.Sum(v => v * v));
                window = [.. window.Select(v => norm == 0 ? 0 : Math.Min(v / norm, sift.Clip))];
                norm = Math.Sqrt(window.Sum(v => v * v));
                all.AddRange(window.Select(v => norm == 0 ? 0 : v / norm));
            }
        }

        return [.. all];
    }

    [Theory]
    [InlineData(4, 0, 4, 8, 16, 16, 1.0)]
    [InlineData(5, 3, 2, 8, 19, 13, 1.6)]
    [InlineData(2, 1, 3, 6, 7, 9, 0.0)]
    [InlineData(3, 2, 4, 4, 12, 17, 3.0)]
    [InlineData(6, 5, 1, 5, 8, 21, 0.7)]
    [InlineData(4, 50, 2, 8, 11, 10, 0.5)]
    public void EveryNumberIsTheDefinitions(int cell, int step, int cells, int bins, int width, int height, double scale)
    {
        Sift sift = new(cell, step, cells, bins, 0.25, scale);
        Random random = new(cell);
        for (int round = 0; round < 5; round++)
        {
            double[] image = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(4) == 0 ? random.NextDouble() : Math.Round(random.NextDouble() * 4) / 4)];
            double[] actual = new double[sift.Length(width, height)], expected = Naive(image, width, height, sift);
            float[] narrow = new float[actual.Length];
            sift.Compute<double>(image, width, height, actual);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 1e-8);
            sift.Compute<float>(Array.ConvertAll(image, v => (float)v), width, height, narrow);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], narrow[i], 2e-5);
        }
    }

    /// <summary>An edge that grows brighter to the right, up, left and down is the directions 0, 2, 4 and 6 of 8.</summary>
    [Fact]
    public void DirectionsGoAnticlockwiseFromTheRight()
    {
        double[] descriptor = new double[128];
        (int Bin, Func<int, int, double> Pixel)[] ramps = [(0, (x, _) => x), (2, (_, y) => -y), (4, (x, _) => -x), (6, (_, y) => y), (1, (x, y) => x - y), (7, (x, y) => x + y)];
        foreach ((int bin, Func<int, int, double> pixel) in ramps)
        {
            new Sift(8, 50, scale: 0).Compute<double>([.. Enumerable.Range(0, 44 * 44).Select(i => pixel(i % 44, i / 44))], 44, 44, descriptor); // a window far from the edges
            for (int i = 0; i < 128; i++) Assert.True(i % 8 == bin ? descriptor[i] > 0.1 : Math.Abs(descriptor[i]) < 1e-8, $"{bin}: {i} is {descriptor[i]}");
        }
    }

    [Fact]
    public void WhatShouldNotMatterDoesNot()
    {
        Sift sift = new(4, 12);
        Assert.Equal(512, sift.Length(28, 28));
        float[] images = Digits.Images("mnist-1k", "train", 60), one = new float[60 * 512], other = new float[60 * 512];
        sift.Compute<float>(images, 28, 28, one);

        // Half the contrast, and on threads: the same bits. Brighter all over: the same numbers.
        sift.Compute<float>(Array.ConvertAll(images, v => v / 2), 28, 28, other);
        Assert.Equal(one, other);
        sift.Compute<float>(images, 28, 28, other, threads: -1);
        Assert.Equal(one, other);
        sift.Compute<float>(Array.ConvertAll(images, v => v + 64), 28, 28, other);
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], other[i], 1e-6);

        // Left and right changed, and rows for columns: the same numbers in their places.
        Turned((x, y) => (27 - x, y), 1, (cx, cy) => (3 - cx, cy), bin => (12 - bin) % 8);
        Turned((x, y) => (y, x), 2, (cx, cy) => (cy, cx), bin => (14 - bin) % 8);

        // A flat image has no edges, and an image's numbers do not depend on the others'.
        float[] flat = new float[128], alone = new float[512];
        Array.Fill(flat, 5);
        default(Sift).Compute<float>([.. Enumerable.Repeat(0.1f, 784)], 28, 28, flat);
        Assert.All(flat, v => Assert.Equal(0, v));
        sift.Compute<float>(images.AsSpan(784 * 7, 784), 28, 28, alone);
        Assert.Equal(one[(512 * 7)..(512 * 8)], alone);
        Assert.Equal((7, 7, 4, 8, 0.2, 1.0), (default(Sift).CellSize, default(Sift).Step, default(Sift).Cells, default(Sift).Orientations, default(Sift).Clip, default(Sift).Scale));
        Assert.Equal(default, new Sift(7, 7));

        void Turned(Func<int, int, (int X, int Y)> pixel, int kind, Func<int, int, (int X, int Y)> cell, Func<int, int> bin)
        {
            float[] turned = new float[images.Length];
            for (int i = 0; i < images.Length; i++)
            {
                (int x, int y) = pixel(i % 28, i / 28 % 28);
                turned[i] = images[(i / 784 * 784) + (y * 28) + x];
            }

            sift.Compute<float>(turned, 28, 28, other);
            for (int i = 0; i < one.Length; i++)
            {
                (int cx, int cy) = cell(i / 8 % 4, i / 32 % 4);
                int window = kind == 1 ? i / 128 % 4 ^ 1 : ((i / 128 & 1) << 1) | (i / 256 & 1);
                Assert.Equal(one[i], other[(i / 512 * 512) + (window * 128) + (cy * 32) + (cx * 8) + bin(i % 8)], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotFiniteStaysWhereItVotes(float bad)
    {
        // Windows of 8 from columns 0, 4, ... 24. The blur reaches 4 pixels, a gradient 1, a vote 2 beside its window: from column 16 those that see 11 to 21.
        float[] image = new float[32 * 8], descriptor = new float[7 * 32];
        for (int i = 0; i < image.Length; i++) image[i] = i * i % 7;
        image[16] = bad;
        new Sift(4, 4, 2).Compute<float>(image, 32, 8, descriptor);
        for (int window = 0; window < 7; window++)
            Assert.All(descriptor[(window * 32)..((window + 1) * 32)], v => Assert.Equal(window is >= 1 and <= 5, float.IsNaN(v)));
    }

    [Fact]
    public void NothingBesideTheImagesIsRead()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory first = new(8192), second = new(8192);
        Random random = new(5);
        foreach (Sift sift in new Sift[] { new(), new(2, 1, 4, scale: 3), new(5, 3, 3, scale: 0) })
        {
            int length = sift.Length(28, 29);
            float[] images = [.. Enumerable.Range(0, 2 * 28 * 29).Select(_ => random.NextSingle())], expected = new float[2 * length];
            sift.Compute<float>(images, 28, 29, expected);
            using GuardedMemory output = new(4 * expected.Length);
            images.CopyTo(first.AtEnd<float>(images.Length));
            sift.Compute<float>(first.AtEnd<float>(images.Length), 28, 29, output.AtEnd<float>(expected.Length));
            Assert.Equal(expected, output.AtEnd<float>(expected.Length));
            images.CopyTo(second.AtStart<float>(images.Length));
            sift.Compute<float>(second.AtStart<float>(images.Length), 28, 29, output.AtStart<float>(expected.Length));
            Assert.Equal(expected, output.AtStart<float>(expected.Length));
        }
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWriteAndGoodOnesAllocateNothing()
    {
        float[] image = new float[784], descriptor = new float[128];
        Array.Fill(descriptor, 5);
        Says("width is 27", () => default(Sift).Length(27, 28));
        Says("height is 27", () => default(Sift).Compute<float>(image, 28, 27, descriptor));
        Says("width is 28", () => new Sift(1 << 30, cells: 4).Length(28, 28));
        Says("cellSize is 1", () => _ = new Sift(1));
        Says("step is -1", () => _ = new Sift(step: -1));
        Says("cells is 0", () => _ = new Sift(cells: 0));
        Says("orientations is 0", () => _ = new Sift(orientations: 0));
        Says("clip is NaN", () => _ = new Sift(clip: double.NaN));
        Says("scale is 101", () => _ = new Sift(scale: 101));
        Says("images has 784", () => default(Sift).Compute<float>(image, 28, 29, descriptor));
        Says("descriptors has 127", () => default(Sift).Compute<float>(image, 28, 28, descriptor.AsSpan(1)));
        Says("overlaps", () => default(Sift).Compute<float>(image, 28, 28, image.AsSpan(0, 128)));
        Says("threads is -2", () => default(Sift).Compute<float>(image, 28, 28, descriptor, -2));
        Assert.All(descriptor, v => Assert.Equal(5, v));
        Assert.Equal(0, Comparison.Allocated(() => default(Sift).Compute<float>(image, 28, 28, descriptor)));
        default(Sift).Compute<float>([], 28, 28, []);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
