using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;

namespace Engram.Tests;

public sealed class CatalogTests
{
    [Fact]
    public void An_unknown_id_suggests_the_nearest_and_says_where_all_are_listed()
    {
        EngramException error = Assert.Throws<EngramException>(() => new Catalogs().Methods.Find("fine-tunning"));

        Assert.Equal((ErrorKind.Input, "unknown-method"), (error.Kind, error.Code));
        Assert.Equal("There is no method 'fine-tunning'; did you mean 'fine-tuning'? 'engram methods' lists them.", error.Message);
    }

    [Fact]
    public void An_error_of_a_constructor_comes_out_as_it_is()
    {
        EngramException error = Assert.Throws<EngramException>(() => new Catalogs().Networks.Create("mlp", new Mlp.Options { Hidden = [0] }));

        Assert.Equal("out-of-range", error.Code);
    }

    [Fact]
    public void A_class_without_a_constructor_for_its_options_is_an_error_at_the_start()
    {
        Assert.Contains(nameof(Shapeless), Assert.Throws<InvalidOperationException>(() => new Catalog<Shape, ShapeAttribute>("shape")).Message);
    }

    [Fact]
    public void Ids_of_methods_are_lower_case_words()
    {
        Assert.All(new Catalogs().Methods.Entries, entry => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", entry.Attribute.Id));
        Assert.All(new Catalogs().Methods.Entries, entry => Assert.True(entry.Type.IsSealed && entry.Type.IsAssignableTo(typeof(LearningMethod))));
    }

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class ShapeAttribute(string id) : CatalogEntryAttribute(id);

    internal abstract class Shape;

    [Shape("shapeless")]
    internal sealed class Shapeless : Shape
    {
        public sealed record Options;
    }
}
