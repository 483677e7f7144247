package io.gpuinfer.samples.media;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/** A coloured street sign seen from aside, in front of something like a photographed street. */
public final class StreetSign {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 600;
  private static final double BOARD_ASPECT = 2.3;
  private static final List<String> LINES = List.of("HARBOUR ROAD", "City Centre 2 km");

  private StreetSign() {}

  /** The texts on the sign, from the top. */
  public static List<String> lines() {
    return LINES;
  }

  /** The picture for a seed: the street changes with it, the sign does not. */
  public static BufferedImage render(long seed) {
    StreetScene scene = new StreetScene(WIDTH, HEIGHT, new Random(seed));
    BufferedImage sharp = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sharp.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      scene.draw(g);
      g.setColor(new Color(0x8d9499));
      g.fill(new Rectangle2D.Double(438, 300, 18, 300));
      board(g, OutlineFont.load());
    } finally {
      g.dispose();
    }
    return scene.photograph(sharp);
  }

  private static void board(Graphics2D g, OutlineFont font) {
    Perspective view =
        new Perspective(new double[] {150, 760, 748, 162}, new double[] {120, 160, 392, 402});
    // The board is drawn BOARD_ASPECT wide and 1 high, then squeezed into the unit square.
    AffineTransform squeeze = AffineTransform.getScaleInstance(1 / BOARD_ASPECT, 1);
    g.setColor(new Color(0x0b5d3b));
    g.fill(seen(view, squeeze, new RoundRectangle2D.Double(0, 0, BOARD_ASPECT, 1, 0.12, 0.12)));
    g.setColor(Color.WHITE);
    Shape frame = new RoundRectangle2D.Double(0.04, 0.04, BOARD_ASPECT - 0.08, 0.92, 0.1, 0.1);
    g.fill(seen(view, squeeze, new BasicStroke(0.022f).createStrokedShape(frame)));
    text(g, view, squeeze, font, LINES.get(0), 0.24, 0.43);
    text(g, view, squeeze, font, LINES.get(1), 0.21, 0.78);
  }

  private static void text(
      Graphics2D g,
      Perspective view,
      AffineTransform squeeze,
      OutlineFont font,
      String line,
      double size,
      double baseline) {
    Shape outline = font.outline(line, size, (BOARD_ASPECT - font.width(line, size)) / 2, baseline);
    g.fill(seen(view, squeeze, outline));
    // Road signs are set in heavy letters; a stroke around the outline thickens them.
    g.fill(seen(view, squeeze, new BasicStroke(0.012f).createStrokedShape(outline)));
  }

  private static Shape seen(Perspective view, AffineTransform squeeze, Shape shape) {
    return view.project(squeeze.createTransformedShape(shape));
  }
}
