using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Models;

/// <summary>
/// A training that can go on: a model with the optimizer's numbers and the best epoch's parameters as further tensors, and a string "checkpoint" with the options, the hash of the data, the
/// place (epoch and batch) and the scores. Batches are drawn by seed and epoch alone, so there is no state of a generator to keep.
/// </summary>
internal static class Checkpoint
{
    private const string Said = "checkpoint", Best = "best", Slot = "optimizer.";

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() }, RespectRequiredConstructorParameters = true };

    /// <summary>Of all images and labels: a training goes on with the data it began with.</summary>
    public static string HashOf(DataSet data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Images images in (Images[])[data.Train, data.Test, .. data.Validation is { } held ? [held] : (Images[])[]])
        {
            hash.AppendData(MemoryMarshal.AsBytes(images.Pixels.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(images.Labels.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static void Write(OutputFile file, Model model, TrainingState state, TrainingOptions options, string data)
    {
        List<(string, ReadOnlyMemory<float>)> tensors = [];
        for (int slot = 0; slot < state.Optimizer.SlotCount; slot++) tensors.Add(($"{Slot}{state.Optimizer.SlotName(slot)}", state.Optimizer.Slot(slot).ToArray()));
        if (state.Best.Length > 0) tensors.Add((Best, state.Best));
        Place place = new(options, data, state.Epoch, state.Batch, state.Optimizer.StepCount, state.Scores.Count == 0 ? 0 : state.Scores[^1].Seconds, [.. state.Scores.Select(ScoreEntry.Of)]);
        file.Write(stream => ModelFile.Write(stream, model, tensors, [new(Said, JsonSerializer.Serialize(place, s_json))]), isDurable: true);
    }

    /// <summary>The state of a checkpoint of the same training.</summary>
    /// <exception cref="InputException">It is none, damaged, or of another training.</exception>
    public static TrainingState Read(string path, DataSet data, TrainingOptions options, string dataHash)
    {
        (Model model, Dictionary<string, float[]> tensors, IReadOnlyDictionary<string, string> strings) = ModelFile.ReadAll(path, more: true);
        Place place = PlaceOf(path, strings);
        RequireSame(path, place.Options, options);
        if (place.Data != dataHash) throw new InputException($"--resume: {path} is of a training on other images than {data.Name}");
        if (!place.IsOf(new MiniBatches(data.Train.Count, options.Batch, options.Seed).BatchCount, options.Epochs)) throw Refused(path, "its place is none of the training's");
        NetworkShape shape = Trainer.ShapeFor(data, options);
        if (!shape.Equals(model.Network.Shape)) throw Refused(path, $"its network is {model.Network.Shape}, not {shape}");

        Network<float> network = TrainingState.NetworkFor(shape, options);
        model.Network.Parameters.CopyTo(network.Parameters);
        Optimizer<float> optimizer = new(options.Rule(), shape.ParameterCount);
        for (int slot = 0; slot < optimizer.SlotCount; slot++) Numbers($"{Slot}{optimizer.SlotName(slot)}").CopyTo(optimizer.Slot(slot));
        optimizer.StepCount = place.Steps;
        return new(network, optimizer, options.Patience is null ? [] : Numbers(Best), place.Scores.Select(s => s.ToScore(path)))
        {
            Epoch = place.Epoch,
            Batch = place.Batch,
            Seconds = place.Seconds,
        };

        float[] Numbers(string name) => tensors.TryGetValue(name, out float[]? numbers) && numbers.Length == shape.ParameterCount
            ? numbers
            : throw Refused(path, $"has no tensor {name} of {shape.ParameterCount} numbers");
    }

    private static Place PlaceOf(string path, IReadOnlyDictionary<string, string> strings)
    {
        try
        {
            return JsonSerializer.Deserialize<Place>(strings.GetValueOrDefault(Said) ?? throw Refused(path, "it is a network whose training is over"), s_json)
                ?? throw Refused(path, "its place is null");
        }
        catch (JsonException e)
        {
            throw Refused(path, $"its place is no JSON: {e.Message}");
        }
    }

    private static void RequireSame(string path, TrainingOptions? saved, TrainingOptions asked)
    {
        // A rate that is said and one that is the optimizer's own are the same rate; of two optimizers it is another because they are.
        JsonElement one = JsonSerializer.SerializeToElement(saved is null ? null : saved with { LearningRate = saved.Rate }, s_json);
        JsonElement other = JsonSerializer.SerializeToElement(asked with { LearningRate = asked.Rate }, s_json);
        foreach (JsonProperty option in other.EnumerateObject().OrderBy(o => o.Name == nameof(TrainingOptions.LearningRate)))
        {
            string before = one.ValueKind == JsonValueKind.Object && one.TryGetProperty(option.Name, out JsonElement value) ? Text(value) : "none";
            if (before != Text(option.Value)) throw new InputException($"--resume: {path} is of a training with {OptionOf(option.Name)} {before}, and {Text(option.Value)} is asked for");
        }

        static string Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null => "none",
            JsonValueKind.Array => value.GetArrayLength() == 0 ? "none" : string.Join(',', value.EnumerateArray()),
            JsonValueKind.String => value.ToString().ToLowerInvariant(),
            _ => value.ToString(),
        };
    }

    /// <summary>"--learning-rate" of LearningRate.</summary>
    private static string OptionOf(string property) => property == nameof(TrainingOptions.Patience)
        ? "--early-stopping"
        : "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(property);

    private static InputException Refused(string path, string reason) => new($"{path}: is not a checkpoint that can go on: {reason}");

    private sealed record Place(TrainingOptions Options, string Data, int Epoch, int Batch, long Steps, double Seconds, ScoreEntry[] Scores)
    {
        /// <summary>Whether a training of so many batches an epoch comes by it: each epoch has its score, and each batch was a step.</summary>
        public bool IsOf(int batches, int epochs) => Epoch >= 0 && Epoch <= epochs && Batch >= 0 && Batch <= (Epoch == epochs ? 0 : batches)
            && Steps == ((long)Epoch * batches) + Batch && Seconds >= 0
            && Scores?.Length == Epoch + 1 && Scores.Select((s, i) => s is { Train: not null, Test: not null } && s.Epoch == i).All(isThere => isThere);
    }

    private sealed record ScoreEntry(int Epoch, double LearningRate, double Seconds, ScoreState Train, ScoreState Test, ScoreState? Validation)
    {
        public static ScoreEntry Of(EpochScore score) => new(
            score.Epoch, score.LearningRate, score.Seconds, ScoreState.Of(score.Train), ScoreState.Of(score.Test), score.Validation is { } held ? ScoreState.Of(held) : null);

        public EpochScore ToScore(string path) => new(Epoch, Train.ToScore(path), Test.ToScore(path))
        {
            Validation = Validation?.ToScore(path),
            LearningRate = LearningRate,
            Seconds = Seconds,
        };
    }

    /// <summary>A loss as the digits of its tally, and an accuracy.</summary>
    private sealed record ScoreState(string Loss, long Correct, long Count)
    {
        public static ScoreState Of(Score score) => new(score.Loss.ToHex(), (long)score.Accuracy.Correct, score.Accuracy.Count);

        public Score ToScore(string path)
        {
            try
            {
                return new(LossTally.FromHex(Loss), new(Correct, Count));
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw Refused(path, $"its loss {Loss} is none: {e.Message}");
            }
        }
    }
}
