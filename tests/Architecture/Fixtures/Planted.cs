using Nethereum.KeyStore.Crypto;

// What the rule on signatures must find, one of each kind.
#pragma warning disable CS0067, CA1822
namespace Keystone.Architecture.Fixtures;

public sealed class PlantedParameter
{
    public void Take(KeyStoreCrypto crypto) => _ = crypto;
}

public sealed class PlantedReturn
{
    public KeyStoreCrypto? Give() => null;
}

public sealed class PlantedGeneric
{
    public Task<List<KeyStoreCrypto>>? Give() => null;
}

public sealed class PlantedProperty
{
    public KeyStoreCrypto? Crypto { get; set; }
}

public class PlantedField
{
    protected KeyStoreCrypto? Crypto;
}

public sealed class PlantedConstructor(KeyStoreCrypto crypto)
{
    public override string ToString() => $"{crypto}";
}

public sealed class PlantedBase : KeyStoreCrypto;

public sealed class PlantedInterface : IRandomBytesGenerator
{
    public byte[] GenerateRandomInitialisationVector() => [];

    public byte[] GenerateRandomSalt() => [];
}

public sealed class PlantedConstraint
{
    public void Take<T>() where T : KeyStoreCrypto
    {
    }
}

public sealed class PlantedEvent
{
    public event Action<KeyStoreCrypto>? Changed;
}

public sealed class PlantedArray
{
    public void Take(KeyStoreCrypto[] all) => _ = all;
}

public sealed class PlantedInside
{
    readonly KeyStoreCrypto _crypto = new();

    internal KeyStoreCrypto Crypto => _crypto;
}
