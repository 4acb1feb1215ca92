using Engram.Durable.Export;
using Engram.Durable.Storage;

namespace Engram.Tests.Durable.Export;

public sealed class ModelCardTests
{
    private static readonly ModelCardFacts Facts = new()
    {
        Name = "line3",
        Learner = new("0.1.0", Day(1), "{}", "{}", "{}", Current: 3, Lessons: 3, Versions: 4, Events: 9),
        Version = 3,
        Versions = [Version(1, lesson: 1), Version(2, lesson: 2), Version(3, lesson: 0), Version(4, lesson: 3) with { Promoted = null }],
        Lessons =
        [
            new(1, "october", Day(2), "photos/2026-10", 160, 40, 40, 0, "a1b2c3d4e5f60718", "{}", null),
            new(2, "november", Day(9), "photos/2026|11", 80, 20, 20, 0, "00112233445566778899", "{}", Day(20)),
            new(3, "two *new*", Day(12), "/data/`x`", 60, 60, 60, 60, "ff00", "{}", null),
        ],
        Classes = [new(1, "gear_wheel", 1), new(0, "ok", 1), new(2, "scratch | dent", 3)],
        Matrix = [new(1, 1, 40, 38, []), new(2, 1, 40, 39, []), new(2, 2, 20, 18, []), new(3, 1, 40, 38, []), new(4, 1, 40, 30, []), new(4, 3, 60, 58, [])],
        Method = "Streaming linear discriminant analysis (SLDA)",
        Inputs = "pictures of 224 x 224 pixels in colour",
        Features = "resnet18",
        Verdicts = new Dictionary<int, string> { [4] = "failed: october fell from 95.0 to 75.0 %.", [1] = "passed: it is the first version." },
        Forgetting = new Dictionary<string, string> { ["november"] = "Its sums were taken off, so answers are those of a learner that never had it." },
        MostDistance = 812.345,
        Kept = "Held-out samples of each lesson, as features.",
        Limits = ["It was tried at line 3 alone."],
        Files = ["line3.onnx", "line3.safetensors", "line3.engram"],
    };

    [Fact]
    public void A_card_reads_well()
    {
        Assert.Equal("""
            # line3

            Tells 3 classes apart, learned in 2 lessons from 2026-11-02 to 2026-11-12. This is version 3 of 4, the one that answers, made on 2026-11-03.

            |  |  |
            | --- | --- |
            | takes | pictures of 224 x 224 pixels in colour |
            | seen first by | resnet18 |
            | method | Streaming linear discriminant analysis (SLDA) |
            | made with | Engram 0.1.0 |

            ## What it knows

            | output | class | first learned in |
            | ---: | --- | --- |
            | 0 | ok | october |
            | 1 | gear\_wheel | october |
            | 2 | scratch \| dent | two \*new\* |

            ## What it learned from

            |  | lesson | learned | from | samples | held out | data |
            | ---: | --- | --- | --- | ---: | ---: | --- |
            | 1 | october | 2026-11-02 | `photos/2026-10` | 160 | 40 | `a1b2c3d4e5f6` |
            | 2 | november (forgotten) | 2026-11-09 | `photos/2026/11` | 80 | 20 | `001122334455` |
            | 3 | two \*new\* | 2026-11-12 | `/data/'x'` | 60 | 60 | `ff00` |

            ## How well it answers

            Share of a lesson's held-out samples that a version answered rightly, in per cent. They were never learned from.

            | version | october | two \*new\* | all |
            | --- | ---: | ---: | ---: |
            | 1, after october | 95.0 (38/40) | – | 95.0 (38/40) |
            | 2, after november | 97.5 (39/40) | – | 97.5 (39/40) |
            | **3** | **95.0 (38/40)** | – | **95.0 (38/40)** |

            ## What the gate said

            - Version 1: passed: it is the first version.
            - Version 4: failed: october fell from 95.0 to 75.0 %.

            ## What it was made to forget

            - november, on 2026-11-20. Its sums were taken off, so answers are those of a learner that never had it.

            ## What it does not know

            An input farther than 812.3 from all that was learned is said to be none of its classes. Of held-out samples, which are, one in a hundred is farther.

            ## What is kept

            Held-out samples of each lesson, as features.

            ## Limits

            - Held-out samples come from the data that it learned from: inputs of another place or time may be answered worse.
            - A probability is what the method computes and was not compared with how often it is right.
            - october is judged by 40 held-out samples, of which one is 2.5 points.
            - Every input must pass through resnet18 first; features of another network are other numbers.
            - It was tried at line 3 alone.

            ## How to load it

            - `line3.onnx` runs in ONNX Runtime: `new InferenceSession("line3.onnx")`. Its inputs have descriptions; outputs are `label` and `probabilities`, in the order of the metadata `classes`.
            - `line3.safetensors` has the numbers by name, for any language that reads safetensors; its metadata say method, network and classes.
            - `line3.engram` is the learner itself: `engram predict line3.engram INPUT`, or `DurableLearner.Open` in a program.

            """.ReplaceLineEndings("\n"), ModelCard.Of(Facts));
    }

    [Fact]
    public void What_is_not_known_is_said()
    {
        string card = ModelCard.Of(Facts with { MostDistance = null, Matrix = [], Forgetting = new Dictionary<string, string>(), Features = null, Network = "mlp, 64 units", Files = [], Verdicts = new Dictionary<int, string>() });

        Assert.Contains("## How well it answers\n\nNo samples were held out, so nobody knows.\n", card);
        Assert.Contains("It gives one of its classes to every input, also to one that is none of them.", card);
        Assert.Contains("How exactly was not written down.", card);
        Assert.Contains("| network | mlp, 64 units |", card);
        Assert.DoesNotContain("seen first by", card);
        Assert.DoesNotContain("How to load", card);
        Assert.DoesNotContain("gate", card);
    }

    [Fact]
    public void A_probability_that_says_what_is_known_is_called_weak()
    {
        string card = ModelCard.Of(Facts with { MostDistance = null, LeastProbability = .62 });

        Assert.Contains("An input whose most probable class has less than 62.0 % is said to be none of its classes", card);
        Assert.Contains("Networks are often sure of what they never saw", card);
    }

    [Theory]
    [InlineData(3, "the one that answers")]
    [InlineData(1, "an earlier one")]
    [InlineData(4, "one that the gate did not let answer")]
    public void The_version_is_told_from_others(int version, string words)
    {
        string card = ModelCard.Of(Facts with { Version = version });

        Assert.Contains($"This is version {version} of 4, {words}, made on 2026-11-0{version}.", card);
        Assert.Contains($"| **{version}**", card);
    }

    [Fact]
    public void A_lesson_without_held_out_samples_is_a_limit()
    {
        string card = ModelCard.Of(Facts with { Lessons = [Facts.Lessons[0] with { Tested = 0 }] });

        Assert.Contains("- october has no held-out samples: how well it is answered is not known.", card);
        Assert.Contains("learned in 1 lesson on 2026-11-02", card);
    }

    private static DateTimeOffset Day(int day) => new(2026, 11, day, 13, 0, 0, TimeSpan.Zero);

    private static VersionRow Version(int number, int lesson) => new(number, number - 1, lesson, Day(number), Day(number), "{}", "{}", "{}", "{}", 0, null);
}
