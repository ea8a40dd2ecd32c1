namespace Keystone.Compliance.Lists;

/// <summary>Published formats of lists.</summary>
public enum ListFormat
{
    /// <summary>OFAC, SDN or Consolidated, advanced XML.</summary>
    Ofac,

    /// <summary>Consolidated list of the European Union, XML 1.1.</summary>
    Eu,

    /// <summary>Consolidated list of the Security Council of the United Nations, XML.</summary>
    Un,

    /// <summary>UK Sanctions List, CSV.</summary>
    Uk,

    /// <summary>CSV with a header of id, type, name, weak, country, born, wallet, lei; a list of the operator's own.</summary>
    Csv,
}
