using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Keystone.Settlements.Errors;

namespace Keystone.Api.Http;

/// <summary>Puts faults in the order of the record's members, so that the first in <c>detail</c> does not depend on which rule ran first.</summary>
internal static class FaultOrder
{
    /// <summary>The error with its faults in order.</summary>
    public static DomainError Sort(DomainError error, JsonTypeInfo type)
    {
        if (error.Faults.Count < 2)
            return error;
        return DomainError.Validation([.. error.Faults.OrderBy(fault => PlaceOf(fault.Pointer, type), StringComparer.Ordinal)]);
    }

    // Each step of the pointer as five digits: the place of a member in its record, or the index of an item.
    static string PlaceOf(string pointer, JsonTypeInfo root)
    {
        JsonTypeInfo? type = root;
        List<string> places = [];
        foreach (string part in JsonPointer.Parts(pointer))
        {
            int place = 0;
            if (type is { Kind: JsonTypeInfoKind.Enumerable })
            {
                place = int.Parse(part, CultureInfo.InvariantCulture);
                type = type.Options.GetTypeInfo(type.ElementType!);
            }
            else if (type is { Kind: JsonTypeInfoKind.Object })
            {
                place = type.Properties.TakeWhile(property => property.Name != part).Count();
                type = place < type.Properties.Count ? type.Options.GetTypeInfo(type.Properties[place].PropertyType) : null;
            }
            places.Add(place.ToString("D5", CultureInfo.InvariantCulture));
        }
        return string.Join('/', places);
    }
}
