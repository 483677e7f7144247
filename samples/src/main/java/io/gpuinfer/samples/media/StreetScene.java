package io.gpuinfer.samples.media;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/** What is behind a street sign: sky, houses, trees and a road, with the grain of a photograph. */
final class StreetScene {

  private final int width;
  private final int height;
  private final int horizon;
  private final Random random;

  StreetScene(int width, int height, Random random) {
    this.width = width;
    this.height = height;
    this.horizon = height * 2 / 3;
    this.random = random;
  }

  void draw(Graphics2D g) {
    g.setPaint(new GradientPaint(0, 0, new Color(0x6f9fd0), 0, horizon, new Color(0xdfe8ee)));
    g.fillRect(0, 0, width, height);
    clouds(g);
    houses(g);
    trees(g);
    road(g);
  }

  /** Softens the picture and adds noise, as a lens and a sensor do. */
  BufferedImage photograph(BufferedImage sharp) {
    BufferedImage photo = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = (int) Math.round(random.nextGaussian() * 5);
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          int value = softened(sharp, x, y, shift) + noise;
          rgb |= Math.max(0, Math.min(255, value)) << shift;
        }
        photo.setRGB(x, y, rgb);
      }
    }
    return photo;
  }

  private int softened(BufferedImage image, int x, int y, int shift) {
    int sum = 4 * channel(image, x, y, shift);
    sum += channel(image, x - 1, y, shift) + channel(image, x + 1, y, shift);
    sum += channel(image, x, y - 1, shift) + channel(image, x, y + 1, shift);
    return sum / 8;
  }

  private int channel(BufferedImage image, int x, int y, int shift) {
    int column = Math.max(0, Math.min(width - 1, x));
    int row = Math.max(0, Math.min(height - 1, y));
    return image.getRGB(column, row) >> shift & 0xff;
  }

  private void clouds(Graphics2D g) {
    for (int i = 0; i < 60; i++) {
      double size = 40 + random.nextDouble() * 120;
      g.setColor(new Color(255, 255, 255, 18));
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble() * width - size / 2,
              random.nextDouble() * horizon * 0.5,
              size,
              size * 0.35));
    }
  }

  private void houses(Graphics2D g) {
    int x = -20;
    while (x < width) {
      int houseWidth = 90 + random.nextInt(80);
      int top = horizon - 120 - random.nextInt(140);
      int shade = 120 + random.nextInt(70);
      g.setColor(new Color(shade, shade - 18, shade - 36));
      g.fill(new Rectangle2D.Double(x, top, houseWidth, (double) horizon - top));
      g.setColor(new Color(70, 80, 92));
      for (int wy = top + 16; wy < horizon - 34; wy += 38) {
        for (int wx = x + 12; wx < x + houseWidth - 22; wx += 30) {
          g.fill(new Rectangle2D.Double(wx, wy, 15, 22));
        }
      }
      x += houseWidth + random.nextInt(24);
    }
  }

  private void trees(Graphics2D g) {
    for (int i = 0; i < 420; i++) {
      double size = 6 + random.nextDouble() * 22;
      int green = 70 + random.nextInt(60);
      g.setColor(new Color(40 + random.nextInt(30), green, 40, 190));
      g.fill(
          new Ellipse2D.Double(
              random.nextDouble() * width,
              horizon - 46 + random.nextGaussian() * 14,
              size,
              size * 0.8));
    }
  }

  private void road(Graphics2D g) {
    g.setPaint(new GradientPaint(0, horizon, new Color(0x7d7d7a), 0, height, new Color(0x4a4a48)));
    g.fillRect(0, horizon, width, height - horizon);
    g.setColor(new Color(0xd8d4c4));
    for (int i = 0; i < 6; i++) {
      double near = horizon + (height - horizon) * Math.pow((i + 1) / 6.0, 1.6);
      double far = near - 6 - i * 4.0;
      double centre = width * 0.5;
      Path2D dash = new Path2D.Double();
      dash.moveTo(centre - 2 - i * 2.0, far);
      dash.lineTo(centre + 2 + i * 2.0, far);
      dash.lineTo(centre + 4 + i * 3.0, near);
      dash.lineTo(centre - 4 - i * 3.0, near);
      dash.closePath();
      g.fill(dash);
    }
  }
}
