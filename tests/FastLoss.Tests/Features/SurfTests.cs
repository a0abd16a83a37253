using FastLoss.Tests.Support;

namespace FastLoss.Tests.Features;

public class SurfTests
{
    /// <summary>OpenCV 4.13's of ten images (see Features/README.md), whose cells stand column by column from the bottom, with -dy, dx, |dy|, |dx|.</summary>
    [Theory]
    [InlineData("mnist-1k", 0.957)]
    [InlineData("fashion-1k", 0.966)]
    public void OpenCvSaysTheSame(string set, double least)
    {
        float[] images = Digits.Images(set, "t10k", 5), descriptors = new float[5 * 64];
        Assert.Equal(64, default(Surf).Length(28, 28));
        default(Surf).Compute<float>(images, 28, 28, descriptors);
        for (int i = 0; i < 5; i++)
        {
            double[] theirs = Digits.OpenCv(set, i, "surf"), turned = new double[64];
            for (int cell = 0; cell < 16; cell++)
            {
                int from = 4 * ((cell % 4 * 4) + 3 - (cell / 4));
                (turned[4 * cell], turned[(4 * cell) + 1], turned[(4 * cell) + 2], turned[(4 * cell) + 3]) = (theirs[from + 1], -theirs[from], theirs[from + 3], theirs[from + 2]);
            }

            double cosine = Digits.Cosine(turned, descriptors.AsSpan(i * 64, 64));
            Assert.True(cosine > least, $"{set} {i}: cosine {cosine:F5}");
        }
    }

    /// <summary>What OpenCV's descriptors, of a larger window, and its machine reach is 90.8 and 84.6 of digits, 76.6 and 72.0 of clothes.</summary>
    [Theory]
    [InlineData("mnist-1k", 90.8, 84.6)]
    [InlineData("fashion-1k", 76, 70)]
    public void OneDescriptorTellsImagesApart(string set, double svm, double neighbours)
    {
        (double bySvm, double byNeighbours) = Digits.Accuracy(set, 64, (images, descriptors) => default(Surf).Compute(images, 28, 28, descriptors), [3, 10, 30, 100, 300]);
        Assert.True(bySvm >= svm && byNeighbours >= neighbours, $"{set}: {bySvm} and {byNeighbours} %");
    }

    /// <summary>The brightness of a rectangle, pixel by pixel.</summary>
    private static double Sum(double[] image, int width, int height, (double Left, double Top, double Right, double Bottom) box)
    {
        double sum = 0;
        for (int y = (int)Math.Floor(box.Top); y < box.Bottom; y++)
        {
            for (int x = (int)Math.Floor(box.Left); x < box.Right; x++)
            {
                double covered = (Math.Min(box.Right, x + 1) - Math.Max(box.Left, x)) * (Math.Min(box.Bottom, y + 1) - Math.Max(box.Top, y));
                sum += covered * image[(Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)];
            }
        }

        return sum;
    }

    /// <summary>The definition: each sample's wavelets as rectangles over the image.</summary>
    private static double[] Naive(double[] image, int width, int height, Surf surf)
    {
        int side = surf.CellSize * surf.Cells, samples = 5 * surf.Cells, sums = surf.Extended ? 8 : 4;
        double s = surf.CellSize / 5.0;
        List<double> all = [];
        for (int top = (height - side) % surf.Step / 2; top + side <= height; top += surf.Step)
        {
            for (int left = (width - side) % surf.Step / 2; left + side <= width; left += surf.Step)
            {
                double[] window = new double[surf.Cells * surf.Cells * sums];
                for (int i = 0; i < samples * samples; i++)
                {
                    double y = top + (((i / samples) + 0.5) * s), x = left + (((i % samples) + 0.5) * s), deviation = 3.3 * s * surf.Cells / 4;
                    double weight = Math.Exp(-(Math.Pow(y - top - (side / 2.0), 2) + Math.Pow(x - left - (side / 2.0), 2)) / (2 * deviation * deviation));
                    double dx = weight * (Sum(image, width, height, (x, y - s, x + s, y + s)) - Sum(image, width, height, (x - s, y - s, x, y + s)));
                    double dy = weight * (Sum(image, width, height, (x - s, y, x + s, y + s)) - Sum(image, width, height, (x - s, y - s, x + s, y)));
                    if (Math.Abs(dx) < 1e-14) dx = 0; // a wavelet within a pixel, which rectangles give a sign
                    if (Math.Abs(dy) < 1e-14) dy = 0;
                    int cell = ((i / samples / 5 * surf.Cells) + (i % samples / 5)) * sums;
                    double[] parts = !surf.Extended ? [dx, dy, Math.Abs(dx), Math.Abs(dy)]
                        : [.. dy >= 0 ? [dx, Math.Abs(dx), 0, 0] : (double[])[0, 0, dx, Math.Abs(dx)], .. dx >= 0 ? [dy, Math.Abs(dy), 0, 0] : (double[])[0, 0, dy, Math.Abs(dy)]];
                    for (int k = 0; k < sums; k++) window[cell + k] += parts[k];
                }

                double norm = Math.Sqrt(window.Sum(v => v * v));
                all.AddRange(window.Select(v => norm == 0 ? 0 : v / norm));
            }
        }

        return [.. all];
    }

    [Theory]
    [InlineData(4, 0, 4, 16, 16, false)]
    [InlineData(5, 3, 2, 19, 13, true)]
    [InlineData(2, 1, 3, 7, 9, false)]
    [InlineData(3, 2, 4, 12, 17, true)]
    [InlineData(7, 5, 1, 8, 21, false)]
    [InlineData(11, 50, 2, 25, 23, true)]
    public void EveryNumberIsTheDefinitions(int cell, int step, int cells, int width, int height, bool extended)
    {
        Surf surf = new(cell, step, cells, extended);
        Random random = new(cell);
        for (int round = 0; round < 20; round++)
        {
            double[] image = [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble())];
            double[] actual = new double[surf.Length(width, height)], expected = Naive(image, width, height, surf);
            float[] narrow = new float[actual.Length];
            surf.Compute<double>(image, width, height, actual);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12);
            surf.Compute<float>(Array.ConvertAll(image, v => (float)v), width, height, narrow);
            for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], narrow[i], 2e-5);
        }
    }

    [Fact]
    public void WhatShouldNotMatterDoesNot()
    {
        Surf surf = new(4, 12);
        Assert.Equal(256, surf.Length(28, 28));
        float[] images = Digits.Images("mnist-1k", "train", 60), one = new float[60 * 256], other = new float[60 * 256];
        surf.Compute<float>(images, 28, 28, one);

        // Half the contrast, and on threads: the same bits. Brighter all over: the same numbers.
        surf.Compute<float>(Array.ConvertAll(images, v => v / 2), 28, 28, other);
        Assert.Equal(one, other);
        surf.Compute<float>(images, 28, 28, other, threads: -1);
        Assert.Equal(one, other);
        surf.Compute<float>(Array.ConvertAll(images, v => v + 64), 28, 28, other);
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], other[i], 1e-6);

        // Left and right changed: dx turns its sign; rows for columns: dx is dy.
        float[] mirrored = [.. Enumerable.Range(0, images.Length).Select(i => images[(i / 28 * 28) + 27 - (i % 28)])];
        surf.Compute<float>(mirrored, 28, 28, other);
        for (int i = 0; i < one.Length; i++)
            Assert.Equal(i % 4 == 0 ? -one[i] : one[i], other[(i / 128 * 128) + ((i / 64 % 2 ^ 1) * 64) + (i / 16 % 4 * 16) + ((3 - (i / 4 % 4)) * 4) + (i % 4)], 1e-6);
        float[] turned = [.. Enumerable.Range(0, images.Length).Select(i => images[(i / 784 * 784) + (i % 28 * 28) + (i / 28 % 28)])];
        surf.Compute<float>(turned, 28, 28, other);
        for (int i = 0; i < one.Length; i++)
        {
            int window = ((i / 64 & 1) << 1) | (i / 128 & 1), cell = (i / 4 % 4 * 4) + (i / 16 % 4);
            Assert.Equal(one[i], other[(i / 256 * 256) + (window * 64) + (cell * 4) + (i % 4 ^ 1)], 1e-6);
        }

        // An image's numbers do not depend on the others'.
        float[] alone = new float[256];
        surf.Compute<float>(images.AsSpan(784 * 7, 784), 28, 28, alone);
        Assert.Equal(one[(256 * 7)..(256 * 8)], alone);
        Assert.Equal((7, 7, 4, false), (default(Surf).CellSize, default(Surf).Step, default(Surf).Cells, default(Surf).Extended));
        Assert.Equal(default, new Surf(7, 7));
    }

    /// <summary>Brightness that no rounding of sums may show: 0.1 is no double, and samples are 1.4 pixels apart.</summary>
    [Fact]
    public void FlatIsExactlyFlat()
    {
        double[] flat = new double[128], stripes = new double[128];
        Array.Fill(flat, 5);
        new Surf(extended: true).Compute<double>([.. Enumerable.Repeat(0.1, 784)], 28, 28, flat);
        Assert.All(flat, v => Assert.Equal(0, v));
        new Surf(extended: true).Compute<double>([.. Enumerable.Range(0, 784).Select(i => 0.1 * (i / 28 % 5))], 28, 28, stripes);
        for (int i = 0; i < 128; i++) Assert.True(i % 8 is 4 or 5 ? stripes[i] != 0 : stripes[i] == 0, $"{i} is {stripes[i]}"); // dx is 0, and so dy never where it is less
        new Surf(extended: true).Compute<double>([.. Enumerable.Range(0, 784).Select(i => 0.1 * (i % 28 % 5))], 28, 28, stripes);
        for (int i = 0; i < 128; i++) Assert.True(i % 8 is 0 or 1 ? stripes[i] != 0 : stripes[i] == 0, $"{i} is {stripes[i]}");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotFiniteStaysWhereItIsSeen(float bad)
    {
        // Windows of 10 from columns 0, 5, ... 20; wavelets reach half a pixel beside them.
        float[] image = new float[30 * 10], descriptor = new float[5 * 16];
        for (int i = 0; i < image.Length; i++) image[i] = i * i % 7;
        image[11] = bad;
        Surf surf = new(5, cells: 2);
        surf.Compute<float>(image, 30, 10, descriptor);
        Check(1, 2); // 5 to 14 and 10 to 19
        image[11] = 0;
        image[10] = bad;
        surf.Compute<float>(image, 30, 10, descriptor);
        Check(0, 2);

        void Check(int first, int last)
        {
            for (int window = 0; window < 5; window++)
                Assert.All(descriptor[(window * 16)..((window + 1) * 16)], v => Assert.Equal(window >= first && window <= last, float.IsNaN(v)));
        }
    }

    [Fact]
    public void NothingBesideTheImagesIsRead()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory first = new(8192), second = new(8192);
        Random random = new(5);
        foreach (Surf surf in new Surf[] { new(), new(2, 1), new(9, 3, 3, true) })
        {
            int length = surf.Length(28, 29);
            float[] images = [.. Enumerable.Range(0, 2 * 28 * 29).Select(_ => random.NextSingle())], expected = new float[2 * length];
            surf.Compute<float>(images, 28, 29, expected);
            using GuardedMemory output = new(4 * expected.Length);
            images.CopyTo(first.AtEnd<float>(images.Length));
            surf.Compute<float>(first.AtEnd<float>(images.Length), 28, 29, output.AtEnd<float>(expected.Length));
            Assert.Equal(expected, output.AtEnd<float>(expected.Length));
            images.CopyTo(second.AtStart<float>(images.Length));
            surf.Compute<float>(second.AtStart<float>(images.Length), 28, 29, output.AtStart<float>(expected.Length));
            Assert.Equal(expected, output.AtStart<float>(expected.Length));
        }
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWriteAndGoodOnesAllocateNothing()
    {
        float[] image = new float[784], descriptor = new float[64];
        Array.Fill(descriptor, 5);
        Says("width is 27", () => default(Surf).Length(27, 28));
        Says("height is 27", () => default(Surf).Compute<float>(image, 28, 27, descriptor));
        Says("width is 28", () => new Surf(1 << 30, cells: 4).Length(28, 28));
        Says("cellSize is 1", () => _ = new Surf(1));
        Says("step is -1", () => _ = new Surf(step: -1));
        Says("cells is 0", () => _ = new Surf(cells: 0));
        Says("images has 784", () => default(Surf).Compute<float>(image, 28, 29, descriptor));
        Says("descriptors has 63", () => default(Surf).Compute<float>(image, 28, 28, descriptor.AsSpan(1)));
        Says("overlaps", () => default(Surf).Compute<float>(image, 28, 28, image.AsSpan(0, 64)));
        Says("threads is -2", () => default(Surf).Compute<float>(image, 28, 28, descriptor, -2));
        Assert.All(descriptor, v => Assert.Equal(5, v));
        Assert.Equal(0, Comparison.Allocated(() => default(Surf).Compute<float>(image, 28, 28, descriptor)));
        default(Surf).Compute<float>([], 28, 28, []);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
