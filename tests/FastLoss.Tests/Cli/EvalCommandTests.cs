using System.Text.Json;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

public class EvalCommandTests
{
    [Fact]
    public void A_saved_network_scores_as_it_did()
    {
        using var scratch = new Scratch();
        string model = scratch["digits.flnn"];
        CliRun train = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", "10", "--epochs", "5", "--seed", "7", "--output", scratch.Report, "--save", model);
        Assert.Equal((0, ""), (train.Code, train.Error));
        Assert.Contains($"model           {model}", train.Output, StringComparison.Ordinal);

        // The split is the training's own: its seed lies in the file.
        CliRun eval = CliRun.Of("eval", "--model", model, "--data", "digits8x8");
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        string last = train.Figures.Last(line => line.StartsWith("epoch 5/5", StringComparison.Ordinal));
        string Score(string name) => eval.Figures.Single(l => l.StartsWith(name + ' ', StringComparison.Ordinal))[16..];
        Assert.Equal(last, $"epoch 5/5  train {Score("train")}  test {Score("test")}");

        int head = Array.FindIndex(eval.Figures, l => l.StartsWith("class  images", StringComparison.Ordinal));
        int[][] classes = [.. eval.Figures[(head + 1)..(head + 11)].Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(w => (int[])[int.Parse(w[2]), int.Parse(w[1])])];
        Assert.Equal(359, classes.Sum(c => c[1]));
        Assert.Contains($"test accuracy   {classes.Sum(c => c[0]) / 359.0:F4} ({classes.Sum(c => c[0])} of 359)", train.Output, StringComparison.Ordinal);
        Assert.All(eval.Figures, line => Assert.InRange(line.Length, 1, 80));
    }

    /// <summary>The numbers against their definitions, from each image's probabilities.</summary>
    [Fact]
    public void Page_and_JSON_have_the_numbers_of_the_definitions()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        File.Delete(scratch.Report);
        CliRun run = CliRun.Of("eval", "--model", model, "--data", "digits8x8", "--output", scratch.Report, "--json", scratch["n.json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["digits.flnn", "n.json", "report.html"], scratch.Files);
        JsonElement test = JsonDocument.Parse(File.ReadAllText(scratch["n.json"])).RootElement.GetProperty("test");

        DataSet data = DataSets.Load("digits8x8", 1);
        Ranked[] best = [.. Ranking.Of(NetworkClassifier.Read(model).Classifier, data.Test, 1).Select(r => r[0])];
        int[] labels = data.Test.Labels;
        Assert.Equal(best.Where((b, i) => b.Class == labels[i]).Count(), test.GetProperty("right").GetInt32());
        for (int label = 0; label < 10; label++)
        {
            int right = best.Where((b, i) => b.Class == label && labels[i] == label).Count(), of = labels.Count(l => l == label), taken = best.Count(b => b.Class == label);
            double recall = (double)right / of, precision = taken == 0 ? 0 : (double)right / taken;
            JsonElement scores = test.GetProperty("classes")[label];
            Assert.Equal((precision, recall), (scores.GetProperty("precision").GetDouble(), scores.GetProperty("recall").GetDouble()));
            Assert.Equal(precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall), scores.GetProperty("f1").GetDouble(), 1e-12);
            for (int c = 0; c < 10; c++)
                Assert.Equal(best.Where((b, i) => b.Class == c && labels[i] == label).Count(), test.GetProperty("confusion")[label][c].GetInt32());
        }

        double error = best.Select((b, i) => (Bin: (int)Math.Ceiling(b.Probability * 15.0) - 1, b.Probability, IsRight: b.Class == labels[i]))
            .GroupBy(b => b.Bin).Sum(g => Math.Abs(g.Sum(b => b.Probability) - g.Count(b => b.IsRight))) / labels.Length;
        Assert.Equal(error, test.GetProperty("calibration").GetProperty("expectedError").GetDouble(), 1e-6);
        Assert.Contains($"calibration     expected error {error:F4}, ", run.Output, StringComparison.Ordinal);

        string page = File.ReadAllText(scratch.Report);
        Assert.Contains("aria-label=\"Calibration\"", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Confusions</h2>", page, StringComparison.Ordinal);
        Assert.Contains($"<th>calibration</th><td>expected error {error:F4}", page, StringComparison.Ordinal);
        Assert.Equal(11 * 11, page.Split("<h2>Confusions</h2>")[1].Split("</table>")[0].Split(["<td", "<th>"], StringSplitOptions.None).Length - 1);
    }

    [Fact]
    public void Files_that_cannot_be_written_are_refused_before_the_work()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        Refused($"--output {model}: is {model}, which is read and would be lost", "--output", model);
        Refused($"--json {model}: is {model}, which is read and would be lost", "--json", model);
        Refused($"--json {scratch["x"]}: is the same file as --output {scratch["x"]}", "--output", scratch["x"], "--json", scratch["x"]);
        Refused("there is no directory", "--json", Path.Combine(scratch["no"], "x"));
        Assert.Equal(["digits.flnn", "report.html"], scratch.Files);

        void Refused(string complaint, params string[] args)
        {
            CliRun run = CliRun.Of(["eval", "--model", model, "--data", "digits8x8", .. args]);
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Many_classes_are_named_by_their_worst_confusions()
    {
        var confusion = new ConfusionMatrix(40);
        confusion.Add([3, 3, 5, -1, 7], [4, 4, 6, 0, 7]);
        string[] names = [.. Enumerable.Range(0, 40).Select(c => $"c{c}")];
        Assert.Equal("c4 for c3 2x, c6 for c5 1x", EvaluationTables.Confusions(confusion, names));
        TextTable table = EvaluationTables.Confusion(confusion, names);
        Assert.Equal(["is \\ taken for", "c0", "c3", "c4", "c5", "c6", "c7", "nothing"], table.Head);
        Assert.Equal(["c4", ".", "2", ".", ".", ".", ".", "0"], table.Rows[2]);
        Assert.Equal("1", table.Rows[0][^1]);

        using var narrow = new StringWriter();
        table.Write(narrow, 40);
        string[] lines = narrow.ToString().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 40));
        Assert.Equal(2, lines.Count(l => l.StartsWith("is \\ taken for", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_network_for_other_images_is_refused()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        CliRun run = CliRun.Of("eval", "--model", model, "--data", "mnist-1k");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("is for images of 64 pixels in 10 classes; mnist-1k has 28x28 = 784 pixels and 10 classes", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_anywhere_in_the_file_is_found()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        byte[] whole = File.ReadAllBytes(model);
        for (int position = 0; position < whole.Length; position += position < 48 ? 1 : 97)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            AssertRefused(damaged, $"byte {position}");
            AssertRefused(whole[..position], $"cut at {position}");
        }

        AssertRefused([.. whole, 0], "one byte more");

        void AssertRefused(byte[] content, string what)
        {
            File.WriteAllBytes(model, content);
            CliRun run = CliRun.Of("eval", "--model", model, "--data", "digits8x8");
            Assert.True(run.Code == 2 && run.Output.Length == 0, what);
            Assert.StartsWith($"fastloss: {model}: ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static string Train(Scratch scratch)
    {
        string model = scratch["digits.flnn"];
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--hidden", "4", "--epochs", "1", "--output", scratch.Report, "--save", model);
        Assert.Equal(0, run.Code);
        return model;
    }
}
