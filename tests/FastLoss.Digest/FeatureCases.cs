using System.Numerics;

namespace FastLoss.Digest;

/// <summary>The descriptors of images, of many sizes.</summary>
internal static class FeatureCases
{
    public static Hash Of<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(61);
        foreach ((int width, int height, int count) in new[] { (28, 28, 60), (32, 41, 3), (77, 53, 10) })
        {
            T[] images = source.Shares<T>(width * height * count);
            foreach (int cellSize in new[] { 3, 5, 7 })
            {
                Hog hog = new(cellSize);
                T[] d = new T[count * hog.Length(width, height)];
                hog.Compute<T>(images, width, height, d, threads);
                hash.Add<T>(d);
                Sift sift = new(cellSize, scale: cellSize / 2.0);
                d = new T[count * sift.Length(width, height)];
                sift.Compute<T>(images, width, height, d, threads);
                hash.Add<T>(d);
                Surf surf = new(cellSize, step: 4, extended: cellSize == 5);
                d = new T[count * surf.Length(width, height)];
                surf.Compute<T>(images, width, height, d, threads);
                hash.Add<T>(d);
            }
        }

        return hash;
    }
}
