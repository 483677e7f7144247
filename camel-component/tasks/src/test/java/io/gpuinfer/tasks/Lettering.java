package io.gpuinfer.tasks;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/** Writes Liberation Sans as filled outlines, for a headless JDK has no fonts to draw with. */
public final class Lettering {

  private static final TrueTypeFont FONT = load();

  private Lettering() {}

  /**
   * Writes a line in the graphics' colour.
   *
   * @param x where it begins
   * @param y its baseline
   * @param size pixels to the em
   */
  public static void write(Graphics2D graphics, String text, double x, double y, double size) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    try {
      double scale = size / FONT.getUnitsPerEm();
      double at = x;
      for (int character : text.codePoints().toArray()) {
        int number = FONT.getUnicodeCmapLookup().getGlyphId(character);
        GlyphData glyph = FONT.getGlyph().getGlyph(number);
        if (glyph != null) {
          AffineTransform place = new AffineTransform(scale, 0, 0, -scale, at, y);
          graphics.fill(place.createTransformedShape(glyph.getPath()));
        }
        at += FONT.getAdvanceWidth(number) * scale;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrueTypeFont load() {
    String file = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    try (InputStream stream = Lettering.class.getResourceAsStream(file)) {
      return new TTFParser().parse(new RandomAccessReadBuffer(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
