using static Engram.Durable.Storage.SqlColumn;

namespace Engram.Durable.Storage;

/// <summary>The tables of both databases. Times are text in UTC, such as <c>2026-11-27T08:24:37.1234567Z</c>; what is a flag is 0 or 1.</summary>
internal static class StoreTables
{
    public static readonly SqlTable Learner = new("learner", [],
        [Text("name"), Text("engram"), Text("created"), Text("config"), Text("inputs"), Text("options"), Number("current"), Number("lessons"), Number("versions"), Number("events")]);

    public static readonly SqlTable Classes = new("classes", [Number("number")], [Text("name"), Number("lesson"), Number("removed")]);

    public static readonly SqlTable Lessons = new("lessons", [Number("number")],
        [Text("name"), Text("learned"), Text("source"), Number("samples"), Number("tested"), Number("held"), Number("kept"), Text("digest"), Text("classes"), Text("forgotten")]);

    public static readonly SqlTable Versions = new("versions", [Number("number")],
        [Number("parent"), Number("lesson"), Text("created"), Text("promoted"), Text("verdict"), Text("metrics"), Number("state"), Text("removed")], Text("header"), Text("data"));

    /// <summary>Which parts a state is made of, chunk after chunk.</summary>
    public static readonly SqlTable State = new("state", [Text("owner"), Number("number"), Text("name"), Number("chunk")], [Number("part")]);

    /// <summary>Content of states, each once.</summary>
    public static readonly SqlTable Parts = new("parts", [Number("part")], [], Bytes("bytes"));

    public static readonly SqlTable Matrix = new("matrix", [Number("version"), Number("lesson")], [Number("samples"), Number("correct")], Bytes("answers"));

    public static readonly SqlTable Held = new("held", [Number("lesson"), Number("test"), Number("number")], [Number("class"), Bytes("content")], Bytes("input"));

    public static readonly SqlTable Events = new("events", [Number("number")], [Text("happened"), Text("person"), Text("machine"), Text("action"), Text("detail")]);

    public static readonly SqlTable Unfinished = new("unfinished", [],
        [Number("parent"), Text("digest"), Text("name"), Text("saved"), Number("steps"), Number("state")], Text("header"), Text("data"));

    /// <summary>Who may do what over a network.</summary>
    public static readonly SqlTable Keys = new("keys", [Text("id")], [Text("name"), Text("role"), Text("created"), Text("revoked"), Bytes("salt"), Bytes("digest")]) { Since = 2 };

    /// <summary>Right answers to earlier predictions, until they are learned.</summary>
    public static readonly SqlTable Feedback = new("feedback", [Text("prediction")], [Text("label"), Text("given"), Number("version"), Text("received")], Bytes("input")) { Since = 2 };

    /// <summary>How many rows the other tables have, as JSON (<see cref="RowCounts"/>).</summary>
    public static readonly SqlTable Counts = new("counts", [], [Text("present")]);

    public static readonly SqlTable[] All = [Learner, Classes, Lessons, Versions, State, Parts, Matrix, Held, Events, Unfinished, Keys, Feedback, Counts];

    /// <summary>Indexes besides those of the keys.</summary>
    public static readonly string[] Indexes = ["CREATE INDEX parts_by_content ON parts (learner, sha256)", "CREATE INDEX state_by_part ON state (learner, part)"];
}
