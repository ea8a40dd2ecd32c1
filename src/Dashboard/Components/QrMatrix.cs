using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Keystone.Dashboard.Components;

/// <summary>A QR code (ISO/IEC 18004) as a path of SVG: one unit a module, with the quiet zone of four modules around it.</summary>
/// <param name="Size">Modules of a side, quiet zone included.</param>
/// <param name="Path">The dark modules, each run of a row as one rectangle.</param>
internal sealed record QrMatrix(int Size, string Path)
{
    /// <summary>The code of a text, with the correction of level M: up to 15 % of it may be unreadable.</summary>
    public static QrMatrix Of(string text)
    {
        using QRCodeData data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        StringBuilder path = new();
        for (int y = 0; y < data.ModuleMatrix.Count; y++)
        {
            BitArray row = data.ModuleMatrix[y];
            for (int x = 0; x < row.Count; x++)
            {
                int length = 0;
                while (x + length < row.Count && row[x + length]) length++;
                if (length == 0) continue;
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{length}v1h-{length}z");
                x += length;
            }
        }
        return new QrMatrix(data.ModuleMatrix.Count, path.ToString());
    }
}
