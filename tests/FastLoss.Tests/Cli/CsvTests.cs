using System.Globalization;
using System.Text;
using FastLoss.Cli;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

public class CsvTests
{
    [Theory]
    [InlineData("1,2,a\n3,4,b\n")] // no header
    [InlineData("x,y,class\n1,2,a\n3,4,b\n")]
    [InlineData("x;y;class\r\n1;2;a\r\n3;4;b")] // other separators and line ends, no last one
    [InlineData("x\ty\tclass\n1\t2\ta\n3\t4\tb\n\n")]
    [InlineData("\"x, in m\",y,\"cl\"\"ass\"\n\"1\", 2 ,\"a\"\n3,4e0,b\n")]
    [InlineData("\uFEFFx,y,class\n1,2,a\n\n3,4,b\n")]
    [InlineData("2,2,a,b\n1,2,0\n3,4,1\n")] // scikit-learn's
    [InlineData("0,1,class\n1,2,1\n3,4,2.0\n")] // columns named by numbers
    public void Reads_the_usual_forms(string text)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["t.csv"], text);
        CsvTable table = CsvFile.Read(scratch["t.csv"]);
        Assert.Equal([1, 2, 3, 4], table.Features);
        Assert.Equal((2, 2), (table.FeatureCount, table.RowCount));
        Assert.Equal([0, 1], table.Labels);
        Assert.Equal(text.Contains("2.0", StringComparison.Ordinal) ? ["1", "2"] : ["a", "b"], table.ClassNames);

        File.WriteAllBytes(scratch["t.csv"], IdxData.Gzip(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(table.Features, CsvFile.Read(scratch["t.csv"]).Features);
    }

    [Theory]
    [InlineData("b,1\na,2\nB,3\na,4\n", new[] { "B", "a", "b" }, new[] { 2, 1, 0, 1 })] // words by their characters
    [InlineData("10,1\n9,2\n-1,3\n9.0,4\n", new[] { "-1", "9", "10" }, new[] { 2, 1, 0, 1 })] // whole numbers by their size
    [InlineData("10,1\nx,2\n9,3\n", new[] { "10", "9", "x" }, new[] { 0, 2, 1 })] // both: as words
    public void Classes_are_sorted_whatever_the_order_of_the_rows(string text, string[] names, int[] labels)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["t.csv"], text);
        CsvTable table = CsvFile.Read(scratch["t.csv"], "1");
        Assert.Equal(names, table.ClassNames);
        Assert.Equal(labels, table.Labels);
    }

    [Fact]
    public void The_label_may_be_in_any_column_or_in_none()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["t.csv"], "kind,x,7\nu,1,2\nv,3,4\n");
        foreach (string column in (string[])["kind", "1"])
        {
            CsvTable table = CsvFile.Read(scratch["t.csv"], column);
            Assert.Equal([1, 2, 3, 4], table.Features);
            Assert.Equal(["u", "v"], table.ClassNames);
        }

        Assert.Equal([2.0, 4], CsvFile.Read(Written("x,y\n1,2\n1,4\n"), "x").Features);
        Assert.Equal(["1"], CsvFile.Read(scratch["t.csv"], "x").ClassNames);
        Assert.Equal([1, 2, 3, 4], CsvFile.Read(Written("1,2\n3,4\n"), "").Features);
        string message = Assert.Throws<InputException>(() => CsvFile.Read(scratch["t.csv"], "z")).Message;
        Assert.Equal($"--label-column z: the 2 columns of {scratch["t.csv"]} have no names; it must be one's name, or its number from 1 to 2", message);

        string Written(string text)
        {
            File.WriteAllText(scratch["t.csv"], text);
            return scratch["t.csv"];
        }
    }

    [Theory]
    [InlineData("", "t.csv: is empty")]
    [InlineData("\n \n", "t.csv: is empty")]
    [InlineData("x,y,class\n", "t.csv: holds no row of data")]
    [InlineData("5\n6\n", "t.csv: line 1 has one value, \"5\"; a row has one feature and a label at least")]
    [InlineData("x,class\n1,a\n\n2,b,3\n", "t.csv: line 4 has 3 values instead of 2")]
    [InlineData("x,class\n1,a\n2\n", "t.csv: line 3 has 1 values instead of 2")]
    [InlineData("x,y,class\n1,2,a\n3,1.5.2,b\n", "t.csv: line 3, column 2 (y): \"1.5.2\" is no finite number")]
    [InlineData("1,2,a\n,4,b\n", "t.csv: line 2, column 1: \"\" is no finite number")]
    [InlineData("?,2,a\n3,4,b\n", "t.csv: line 1, column 1: \"?\" is no finite number")]
    [InlineData("1,NaN,a\n3,4,b\n", "t.csv: line 1, column 2: \"NaN\" is no finite number")]
    [InlineData("1,2,a\n1e999,4,b\n", "t.csv: line 2, column 1: \"1e999\" is no finite number")]
    [InlineData("1;2,5;a\n3;4,5;b\n", "is no finite number")] // decimal commas
    [InlineData("1,2,\n3,4,b\n", "t.csv: line 1, column 3: the label is empty")]
    [InlineData("1,2,a\n3,4,5.5\n", "t.csv: line 2, column 3: \"5.5\" is a number, but no whole one; a label is a whole number or a word")]
    [InlineData("3,2,a,b\n1,2,0\n3,4,1\n", "t.csv: line 1 says 3 rows of 2 features; 2 follow")]
    [InlineData("2,2,a,b\n1,2,0\n3,4,2\n", "t.csv: line 1 names 2 classes, whose labels are 0 to 1; one is \"2\"")]
    public void What_is_wrong_is_named_with_its_place_and_value(string text, string complaint)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["t.csv"], text);
        CliRun run = CliRun.Of("train", "--data", scratch["t.csv"], "--output", scratch.Report);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(complaint, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(["t.csv"], scratch.Files);
    }

    [Fact]
    public void Other_refusals()
    {
        using var scratch = new Scratch();
        AssertRefused("nothere.csv: cannot be read", "train", "--data", scratch["nothere.csv"], "--no-report");
        AssertRefused("--label-column 1: digits8x8 is no CSV file", "train", "--data", "digits8x8", "--label-column", "1", "--no-report");
        AssertRefused("--scaling none: mnist-1k is no CSV file", "train", "--scaling", "none", "--no-report");
        AssertRefused("--scaling is log; it must be auto or range or standard or pixels or none.", "train", "--scaling", "log", "--no-report");
        string many = string.Concat(Enumerable.Range(0, 4097).Select(i => $"{i},1\n"));
        File.WriteAllText(scratch["t.csv"], many);
        AssertRefused("t.csv: line 4097, column 1: \"4096\" is the label of class 4097; there may be 4096", "train", "--data", scratch["t.csv"], "--label-column", "1", "--no-report");
        File.WriteAllText(scratch["t.csv"], "1,a\n2,b\n");
        AssertRefused("leaves 2 of " + scratch["t.csv"] + "'s 2 rows to train on and 0 to test with", "train", "--data", scratch["t.csv"], "--no-report");
        File.WriteAllText(scratch["t.csv"], "1e300,a\n-1e300,b\n1,a\n2,b\n1,a\n1,b");
        AssertRefused("t.csv: 1E+300, scaled (features as they are), is more than a float holds", "train", "--data", scratch["t.csv"], "--no-report", "--scaling", "none", "--test-fraction", "0.4");
        AssertRefused("--label-column names no column", "train", "--data", scratch["t.csv"], "--label-column", " ", "--no-report");
        AssertRefused($"--output {scratch["t.csv"]}: is {scratch["t.csv"]}, which is read and would be lost", "train", "--data", scratch["t.csv"], "--output", scratch["t.csv"]);
        byte[] packed = IdxData.Gzip(Encoding.UTF8.GetBytes(many));
        File.WriteAllBytes(scratch["t.csv.gz"], packed[..^5]);
        AssertRefused("t.csv.gz: begins as gzip, but is damaged or cut short", "train", "--data", scratch["t.csv.gz"], "--label-column", "1", "--no-report");

        static void AssertRefused(string complaint, params string[] args)
        {
            CliRun run = CliRun.Of(args);
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>By the training rows alone: the test's are what new ones would be.</summary>
    [Fact]
    public void Scaling_knows_the_training_rows_only()
    {
        double[] features = [1, 10, 5, 2, 20, 5, 4, 60, 5, 1000, -1000, 7]; // four rows of three, of which the last is a test's
        int[] train = [0, 1, 2];

        var range = FeatureScaling.Fit(ScalingKind.Range, features, 3, train);
        Assert.Equal([0, 0, 0, 1 / 3f, 0.2f, 0, 1, 1, 0, 333, -20.2f, 2], range.Apply(features, [0, 1, 2, 3]));

        var standard = FeatureScaling.Fit(ScalingKind.Standard, features, 3, train);
        float[] scaled = standard.Apply(features, train);
        for (int f = 0; f < 3; f++)
        {
            double[] column = [.. Enumerable.Range(0, 3).Select(r => (double)scaled[(3 * r) + f])];
            Assert.Equal(0, column.Average(), 1e-6);
            Assert.Equal(f == 2 ? 0 : 1, column.Select(x => x * x).Average(), 1e-6); // one that is the same in all rows is 0
        }

        var pixels = FeatureScaling.Fit(ScalingKind.Pixels, features, 3, train);
        Assert.Equal([60.0, 60, 60], pixels.Scales);
        Assert.Equal([1 / 60f, 10 / 60f, 5 / 60f], pixels.Apply(features, [0]));
        Assert.Equal([1, 10, 5], FeatureScaling.Fit(ScalingKind.None, features, 3, train).Apply(features, [0]));
        Assert.Equal(ScalingKind.Range, FeatureScaling.Fit(ScalingKind.Auto, features, 3, train).Kind);
    }

    /// <summary>For a model's file: it scales new rows to the same bits.</summary>
    [Fact]
    public void Scaling_survives_as_text()
    {
        double[] features = [1.0 / 3, -1e-300, 2.0 / 3, 1e300, 0.1, 5];
        foreach (ScalingKind kind in (ScalingKind[])[ScalingKind.Range, ScalingKind.Standard, ScalingKind.Pixels, ScalingKind.None])
        {
            var scaling = FeatureScaling.Fit(kind, features, 2, [0, 1, 2]);
            FeatureScaling again = FeatureScaling.FromJson(scaling.ToJson())!;
            Assert.Equal((kind, scaling.Text), (again.Kind, again.Text));
            Assert.Equal(scaling.Offsets, again.Offsets);
            Assert.Equal(scaling.Scales, again.Scales);
        }

        string[] wrong =
        [
            "", "null", "{}", "[1]", """{"Kind":"Range","Offsets":[1],"Scales":[0]}""", """{"Kind":"Range","Offsets":[1],"Scales":[1,2]}""",
            """{"Kind":"Auto","Offsets":[1],"Scales":[1]}""", """{"Kind":"Range","Offsets":[],"Scales":[]}""", """{"Kind":"Range","Offsets":null,"Scales":[1]}""",
        ];
        Assert.All(wrong, json => Assert.Null(FeatureScaling.FromJson(json)));
    }

    /// <summary>The same digits as a table: pictures again, of the same pixels, and the same training.</summary>
    [Fact]
    public void A_table_of_pixels_is_images()
    {
        using var scratch = new Scratch();
        DataSet digits = DataSets.Load("digits8x8", 1);
        var text = new StringBuilder();
        for (int i = 0; i < digits.Train.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(',', digits.Train[i].ToArray().Select(p => (int)(p * 16)))},{digits.Train.Labels[i]}\n");
        File.WriteAllText(scratch["digits.csv"], text.ToString());
        DataSet table = DataSets.Load(new DataSource(scratch["digits.csv"]) { TestFraction = 0.5 }, 3);
        Assert.Equal((8, 8), (table.Train.Width, table.Train.Height));
        Assert.Equal(digits.ClassNames, table.ClassNames);
        var split = TrainTestSplit.Stratified(digits.Train.Labels, 10, 0.5, 3);
        Assert.Equal(digits.Train.Select(split.Train).Pixels, table.Train.Pixels);
        Assert.Equal(digits.Train.Select(split.Test).Labels, table.Test.Labels);
    }

    /// <summary>Three clouds around three points, with features of very different sizes.</summary>
    [Theory]
    [InlineData("auto", "each feature's range to 0..1")]
    [InlineData("standard", "each feature standardised")]
    public void Trains_and_evaluates_on_a_table(string scaling, string said)
    {
        using var scratch = new Scratch();
        Random random = new(5);
        var text = new StringBuilder("length;mass;kind\n");
        for (int i = 0; i < 150; i++)
        {
            int kind = i % 3;
            text.Append(CultureInfo.InvariantCulture, $"{kind + (random.NextDouble() / 2)};{(5000 * (kind == 1 ? 1 : 0)) + (1000 * random.NextDouble())};{"abc"[kind]}\n");
        }

        File.WriteAllText(scratch["t.csv"], text.ToString());
        string[] options = ["--data", scratch["t.csv"], "--scaling", scaling];
        CliRun run = CliRun.Of(["train", .. options, "--hidden", "8", "--output", scratch.Report, "--save", scratch["m"]]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal($"data            {scratch["t.csv"]}: 120 training and 30 test rows of 2 features, 3 classes; {said}", run.Figures[0]);
        Assert.Contains("test accuracy   1.0000 (30 of 30)", run.Output, StringComparison.Ordinal);
        CliRun eval = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["t.csv"]);
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        Assert.Contains("c          10     10     1.0000  1.0000  1.0000", eval.Output, StringComparison.Ordinal);

        // Another file, of two of the classes in a corner of their ranges: what it says of scales and classes by itself would mislead.
        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.WriteAllLines(scratch["u.csv"], lines.Where((l, i) => i == 0 || (l[^1] != 'a' && i < 60)));
        eval = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["u.csv"], "--all");
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        Assert.DoesNotContain("train ", eval.Output, StringComparison.Ordinal);
        Assert.Contains("b          20     20     1.0000  1.0000  1.0000", eval.Output, StringComparison.Ordinal);
        Assert.Contains("c          19     19     1.0000  1.0000  1.0000", eval.Output, StringComparison.Ordinal);

        Refused("has rows of class zebra; the network knows a, b, c", "length;mass;kind", "1;2;zebra", "1;2;a");
        Refused("has 1 features a row; the network is for 2", "length;kind", "1;a");

        void Refused(string reason, params string[] table)
        {
            File.WriteAllLines(scratch["v.csv"], table);
            CliRun refused = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["v.csv"], "--all");
            Assert.Equal((2, ""), (refused.Code, refused.Output));
            Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Pixels of a table mean what those of a picture do; classes that have words for names are known by number, too.</summary>
    [Fact]
    public void A_network_of_pictures_is_tested_on_a_table()
    {
        using var scratch = new Scratch();
        CliRun train = CliRun.Of("train", "--data", "fashion-1k", "--hidden", "8", "--epochs", "5", "--no-report", "--no-check", "--save", scratch["m"]);
        Assert.Equal((0, ""), (train.Code, train.Error));
        DataSet fashion = DataSets.Load("fashion-1k", 1);
        string[] rows = [.. Enumerable.Range(0, 60).Select(i => string.Join(',', fashion.Test[i].ToArray().Select(p => Math.Round(p * 255).ToString(CultureInfo.InvariantCulture))) + $",{fashion.Test.Labels[i]}")];
        File.WriteAllLines(scratch["f.csv"], rows);
        CliRun eval = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["f.csv"], "--all");
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        IClassifier network = NetworkClassifier.Read(scratch["m"]).Classifier;
        Assert.Contains($"test            {Lines.Of(Evaluation.Of(network, fashion.Test.Select([.. Enumerable.Range(0, 60)])).Score)}", eval.Output, StringComparison.Ordinal);
        Assert.Contains("Trouser", eval.Output, StringComparison.Ordinal);

        File.WriteAllLines(scratch["f.csv"], [.. rows, rows[0].Replace(",0,", ",256,", StringComparison.Ordinal)]);
        eval = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["f.csv"], "--all");
        Assert.Equal((2, ""), (eval.Code, eval.Output));
        Assert.Contains("row 61 has the value 256; the network was trained on pictures", eval.Error, StringComparison.Ordinal);
    }
}
