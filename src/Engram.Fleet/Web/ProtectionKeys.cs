using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Engram.Fleet.Web;

/// <summary>Keys by which a visitor's cookie and the tokens of forms are known again by every server of the cluster: in its database, which holds all that they protect.</summary>
/// <param name="tables">The cluster's.</param>
internal sealed class ProtectionKeys(FleetTables tables) : IXmlRepository
{
    private const string Start = "protection ";

    /// <summary>Takes the keys from there, and makes the first one before any other server can make another.</summary>
    public static void Share(IServiceCollection services)
    {
        Add(services).Configure<FleetTables>((keys, tables) => keys.XmlRepository = new ProtectionKeys(tables));
        services.AddOptions<FleetTablesMaking>().Configure(making => making.Then = tables =>
        {
            ServiceCollection own = [];
            Add(own).Configure(keys => keys.XmlRepository = new ProtectionKeys(tables));
            using ServiceProvider provider = own.BuildServiceProvider();
            provider.GetRequiredService<IDataProtectionProvider>().CreateProtector(nameof(ProtectionKeys)).Protect([0]);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => [.. tables.Secrets(Start).Select(text => XElement.Parse(text))];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) => tables.Keep(Start + friendlyName, element.ToString(SaveOptions.DisableFormatting));

    private static Microsoft.Extensions.Options.OptionsBuilder<KeyManagementOptions> Add(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("engram");
        return services.AddOptions<KeyManagementOptions>();
    }
}
