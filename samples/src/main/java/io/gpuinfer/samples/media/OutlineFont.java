package io.gpuinfer.samples.media;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * Text as shapes, read from Liberation Sans.
 *
 * <p>{@code java.awt.Font} would need fontconfig and a font on the machine, which a bare JDK does
 * not bring; an outline that is filled needs neither.
 */
final class OutlineFont {

  private static final String LIBERATION_SANS =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private final TrueTypeFont font;
  private final CmapLookup glyphs;
  private final double unitsPerEm;

  private OutlineFont(TrueTypeFont font) throws IOException {
    this.font = font;
    this.glyphs = font.getUnicodeCmapLookup();
    this.unitsPerEm = font.getUnitsPerEm();
  }

  static OutlineFont load() {
    try (InputStream in = OutlineFont.class.getResourceAsStream(LIBERATION_SANS)) {
      if (in == null) {
        throw new IllegalStateException("No " + LIBERATION_SANS + " on the class path");
      }
      return new OutlineFont(new TTFParser().parse(new RandomAccessReadBuffer(in)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The outline of one line of text; {@code x} is its left end, {@code y} its baseline. */
  Shape outline(String text, double size, double x, double y) {
    double scale = size / unitsPerEm;
    Path2D line = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double pen = x;
    try {
      for (int codePoint : text.codePoints().toArray()) {
        int glyph = glyphs.getGlyphId(codePoint);
        var data = font.getGlyph().getGlyph(glyph);
        if (data != null) {
          // Fonts count y upwards, pictures downwards.
          line.append(
              data.getPath().getPathIterator(new AffineTransform(scale, 0, 0, -scale, pen, y)),
              false);
        }
        pen += font.getAdvanceWidth(glyph) * scale;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line;
  }

  /** How far the pen moves over a line of text. */
  double width(String text, double size) {
    double units = 0;
    try {
      for (int codePoint : text.codePoints().toArray()) {
        units += font.getAdvanceWidth(glyphs.getGlyphId(codePoint));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return units * size / unitsPerEm;
  }
}
