using System.Globalization;
using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Reporting;

/// <summary>Images with what they are and what the network takes them for, mistakes marked.</summary>
internal static class ImageGrid
{
    /// <summary>A figure for each of the images at <paramref name="indices"/>.</summary>
    public static string Html(DataSet data, IEnumerable<int> indices, Predictions predictions)
    {
        var html = new StringBuilder("<div class=\"grid\">\n");
        foreach (int index in indices)
        {
            string truth = HtmlPage.Encode(data.ClassNames[data.Test.Labels[index]]);
            string prediction = HtmlPage.Encode(predictions.Classes[index] is >= 0 and int c ? data.ClassNames[c] : "nothing");
            bool right = predictions.Classes[index] == data.Test.Labels[index];
            string confidence = predictions.Confidences[index].ToString("P0", CultureInfo.InvariantCulture);
            string caption = right ? prediction : $"<b>{prediction}</b>, is {truth}";
            html.Append(CultureInfo.InvariantCulture, $"<figure class=\"{(right ? "right" : "wrong")}\" title=\"test image {index}: truth {truth}, prediction {prediction}, probability {confidence}\">");
            html.Append(CultureInfo.InvariantCulture, $"<img alt=\"{truth}\" src=\"data:image/png;base64,{Png(data.Test, index, data.Scaling?.Kind == ScalingKind.Standard)}\"><figcaption>{caption}</figcaption></figure>\n");
        }

        return html.Append("</div>").ToString();
    }

    /// <summary>Dark on white, as on paper. Features beyond what was trained on are as dark or as light as can be; standardised ones are grey at their mean.</summary>
    private static string Png(Images images, int index, bool isStandardised)
    {
        byte[] pixels = [.. images[index].ToArray().Select(p => (byte)(255 - MathF.Round(255 * Math.Clamp(isStandardised ? 0.5f + (p / 6) : p, 0, 1))))];
        return Convert.ToBase64String(PngImage.Encode(pixels, images.Width));
    }
}
