package io.gpuinfer.tasks.ocr;

import io.gpuinfer.tasks.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
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
}
