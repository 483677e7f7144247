package io.gpuinfer.tasks.ocr;

import io.gpuinfer.tasks.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** A picture that a test writes on. */
final class Page {

  private final BufferedImage image;
  private final Graphics2D graphics;

  Page(int width, int height, Color paper) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    graphics = image.createGraphics();
    graphics.setBackground(paper);
    graphics.clearRect(0, 0, width, height);
  }

  static Page white(int width, int height) {
    return new Page(width, height, Color.WHITE);
  }

  /** Writes a line whose baseline starts at a place. */
  Page write(String text, int x, int y, int size) {
    return write(text, x, y, size, Color.BLACK, 0);
  }

  /** Writes a line turned clockwise about its start. */
  Page write(String text, int x, int y, int size, Color ink, double degrees) {
    Graphics2D turned = (Graphics2D) graphics.create();
    turned.rotate(Math.toRadians(degrees), x, y);
    turned.setColor(ink);
    Lettering.write(turned, text, x, y, size);
    turned.dispose();
    return this;
  }

  BufferedImage image() {
    return image;
  }

  /** A picture turned clockwise, whole, on gray. */
  static BufferedImage turned(BufferedImage picture, double degrees) {
    double angle = Math.toRadians(degrees);
    double cos = Math.abs(Math.cos(angle));
    double sin = Math.abs(Math.sin(angle));
    int width = (int) Math.round(picture.getWidth() * cos + picture.getHeight() * sin);
    int height = (int) Math.round(picture.getWidth() * sin + picture.getHeight() * cos);
    Page page = new Page(width, height, Color.GRAY);
    page.graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    page.graphics.translate(width / 2.0, height / 2.0);
    page.graphics.rotate(angle);
    page.graphics.translate(-picture.getWidth() / 2.0, -picture.getHeight() / 2.0);
    page.graphics.drawImage(picture, 0, 0, null);
    return page.image;
  }

  /**
   * A picture on a wall that leads away to the right.
   *
   * @param shrinking by how much the right edge is smaller than the left one
   */
  static BufferedImage inPerspective(BufferedImage picture, double shrinking) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int seen = (int) (width * (1 - shrinking));
    BufferedImage image = new BufferedImage(seen, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int x = 0; x < seen; x++) {
      double size = 1 - shrinking * x / seen;
      int fromX = (int) (x * (1 - shrinking) / size * width / seen);
      for (int y = 0; y < height; y++) {
        int fromY = (int) (height / 2.0 + (y - height / 2.0) / size);
        boolean within = fromX < width && fromY >= 0 && fromY < height;
        image.setRGB(x, y, within ? picture.getRGB(fromX, fromY) : Color.GRAY.getRGB());
      }
    }
    return image;
  }
}
