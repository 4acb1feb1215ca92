namespace Engram.Tests;

public sealed class FileArrowsTests
{
    private const string Tool = "namespace Engram.Tools;\npublic sealed class Tool { public sealed record Options; }\npublic enum Use { Cut, Hammer }\n";

    [Theory]
    [InlineData("class User { Tool? tool; }")]
    [InlineData("class User : Base<int, Tool>;")]
    [InlineData("class User { object Make() => new Tool(); }")]
    [InlineData("class User { string Name => nameof(Tool); }")]
    [InlineData("class User { Tool.Options Options { get; } = new(); }")]
    [InlineData("class User(Tool tool);")]
    [InlineData("class User { bool Is(object one) => one is Tool { }; }")]
    [InlineData("class User { object Cut => Use.Cut; }")]
    [InlineData("class User { Tool Tool { get; } = new(); }")]
    [InlineData("class User { string Tool => Tools.Tool.Name; }")]
    [InlineData("class User { int Tool { get; } void Take(Tool one) { } }")]
    [InlineData("class User { int Tool; List<Tool> all = []; }")]
    [InlineData("class User { string Text => $\"a {{hole}} {(Tool.IsSharp ? \"Yes\" : $\"{1:N}\")}\"; }")]
    [InlineData("class User { string Text => $$\"\"\"a {hole} {{Tool.Name}}\"\"\"; }")]
    [InlineData("class User { object[] All => [.. Tool.All]; }")]
    [InlineData("class User { int[] Some => all[0..Tool.Most]; }")]
    [InlineData("class User { char Quote => '\"'; Tool? tool; string Path = @\"c:\\\"; }")]
    public void A_type_of_another_file_that_is_named_is_an_arrow(string code) => Assert.Equal(["Tool.cs"], ArrowsOf("namespace Engram.Users;\nusing Engram.Tools;\n" + code));

    [Theory]
    [InlineData("// Tool\nclass User;")]
    [InlineData("/* Tool */ class User;")]
    [InlineData("/// <see cref=\"Tool\"/>\nclass User;")]
    [InlineData("#region Tool\nclass User;")]
    [InlineData("class User { string Text => \"Tool \\\" Tool\"; }")]
    [InlineData("class User { string Text => @\"Tool \"\" Tool\"; }")]
    [InlineData("class User { string Text => \"\"\"Tool \" Tool\"\"\"; }")]
    [InlineData("class User { string Text => $\"Tool {{Tool}} {1:Tool}\"; }")]
    [InlineData("class User { ToolBox? box; }")]
    [InlineData("class User { int Tool { get; } int Twice => 2 * Tool; }")]
    [InlineData("class User { int First = 1, Tool = 2; int Twice => 2 * Tool; }")]
    [InlineData("class User { void Tool() { } void Call() => Tool(); }")]
    [InlineData("record User(int Tool) { int Twice => 2 * Tool; }")]
    [InlineData("class User { object Of(Box box) => box.Tool; }")]
    [InlineData("class User { object Make() => new Box { Name = 1, Tool = 2 }; }")]
    [InlineData("class User { bool Is(Box box) => box is { Tool: 2 }; }")]
    [InlineData("class User { object Make() => new Box(Tool: 2); }")]
    [InlineData("class User { sealed record Tool; Tool? own; }")]
    [InlineData("class User { Options? of; }")]
    [InlineData("enum User { None, Tool, Box }")]
    public void What_only_looks_like_it_is_none(string code) => Assert.Empty(ArrowsOf("namespace Engram.Users;\nusing Engram.Tools;\n" + code));

    [Fact]
    public void A_type_is_named_only_where_its_namespace_is_seen()
    {
        Assert.Empty(ArrowsOf("namespace Engram.Users;\nclass User { Tool? tool; }"));
        Assert.Equal(["Tool.cs"], ArrowsOf("namespace Engram.Tools;\nclass User { Tool? tool; }"));
        Assert.Equal(["Tool.cs"], ArrowsOf("namespace Engram.Tools.Sharp;\nclass User { Tool? tool; }"));
        Assert.Equal(["Tool.cs"], ArrowsOf("namespace Engram.Users;\nclass User { Tools.Tool? tool; }"));
        Assert.Equal(["Tool.cs"], ArrowsOf("namespace Engram.Users;\nclass User { Engram.Tools.Tool? tool; }"));
        Assert.Empty(ArrowsOf("namespace Engram.Users;\nclass User { int Tools; object Of => Tools.Tool; }"));
    }

    [Fact]
    public void An_attribute_is_named_without_its_ending()
    {
        FileArrows arrows = Arrows(("Mark.cs", "namespace A;\nclass MarkAttribute(int number) : Attribute;"), ("Name.cs", "namespace A;\nclass Mark;"), ("User.cs", "namespace A;\n[Mark(1)]\nclass User;"));

        Assert.Equal(["Mark.cs"], arrows.OutOf("User.cs"));
    }

    [Theory]
    [InlineData("class Thing;")]
    [InlineData("struct Thing { }")]
    [InlineData("interface Thing;")]
    [InlineData("enum Thing { One }")]
    [InlineData("record Thing(int Number);")]
    [InlineData("readonly record struct Thing<T>(T Value) where T : class;")]
    [InlineData("delegate int Thing(int number);")]
    public void All_kinds_of_types_are_found(string declaration)
    {
        FileArrows arrows = Arrows(("Thing.cs", $"namespace A;\n[Obsolete]\npublic {declaration}"), ("User.cs", "namespace A;\nclass User { Thing? thing; }"));

        Assert.Equal(["Thing.cs"], arrows.OutOf("User.cs"));
        Assert.Equal(["User.cs"], arrows.Into("Thing.cs"));
    }

    [Fact]
    public void A_cycle_is_all_files_that_lead_to_one_another()
    {
        FileArrows arrows = Arrows(("A", "class A { B? b; }"), ("B", "class B { C? c; D? d; }"), ("C", "class C { A? a; }"), ("D", "class D { E? e; }"), ("E", "class E { D? d; }"), ("F", "class F { A? a; F? f; }"));

        Assert.Equal(["A B C", "D E"], arrows.Cycles().Select(cycle => string.Join(' ', cycle)));
        Assert.Equal("6 files, 7 arrows; cycles: 2", arrows.Report(1).Split('\n')[0]);
        Assert.Contains("most out:\n    2 out     1 in  B\n", arrows.Report(1));
        Assert.Contains("most in:\n    1 out     2 in  A\n", arrows.Report(1));
        Assert.EndsWith("cycle of 2:\n  D -> E\n  E -> D", arrows.Report(1));
    }

    private static IReadOnlyList<string> ArrowsOf(string user) => Arrows(("Tool.cs", Tool), ("User.cs", user)).OutOf("User.cs");

    private static FileArrows Arrows(params (string Name, string Code)[] files) => new(files.ToDictionary(file => file.Name, file => file.Code));
}
