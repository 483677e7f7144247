package io.gpuinfer.samples.media;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Stream;

/** A printed page whose every line is known: an invoice. */
public final class InvoicePage {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 760;
  private static final int MARGIN = 60;
  private static final int AMOUNT_RIGHT = WIDTH - MARGIN;

  private static final String TITLE = "INVOICE 2026-0417";
  private static final List<String> HEAD =
      List.of("Northwind Instruments Ltd", "Date: 14 March 2026", "Customer: Maria Lindqvist");

  private record Item(String name, String amount) {}

  private static final List<Item> ITEMS =
      List.of(
          new Item("Optical sensor, 12 pieces", "348.00"),
          new Item("Mounting bracket, 12 pieces", "54.60"),
          new Item("Calibration on site", "120.00"),
          new Item("Shipping", "17.50"));
  private static final Item TOTAL = new Item("Total due by 30 April 2026", "EUR 540.10");

  private InvoicePage() {}

  /** The texts on the page, each a run of its own, from the top, left before right. */
  public static List<String> lines() {
    return Stream.of(
            Stream.of(TITLE),
            HEAD.stream(),
            ITEMS.stream().flatMap(item -> Stream.of(item.name(), item.amount())),
            Stream.of(TOTAL.name(), TOTAL.amount()))
        .flatMap(s -> s)
        .toList();
  }

  public static BufferedImage render() {
    BufferedImage page = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = page.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setColor(new Color(0xfcfcf8));
      g.fillRect(0, 0, WIDTH, HEIGHT);
      draw(g, OutlineFont.load());
    } finally {
      g.dispose();
    }
    return page;
  }

  private static void draw(Graphics2D g, OutlineFont font) {
    g.setColor(new Color(0x1b3a5c));
    g.fill(font.outline(TITLE, 44, MARGIN, 100));
    g.setColor(new Color(0x202020));
    double y = 160;
    for (String line : HEAD) {
      g.fill(font.outline(line, 26, MARGIN, y));
      y += 44;
    }
    y += 30;
    rule(g, y);
    y += 60;
    for (Item item : ITEMS) {
      row(g, font, item, 26, y);
      y += 56;
    }
    rule(g, y - 20);
    row(g, font, TOTAL, 30, y + 40);
  }

  private static void row(Graphics2D g, OutlineFont font, Item item, double size, double y) {
    g.fill(font.outline(item.name(), size, MARGIN, y));
    double left = AMOUNT_RIGHT - font.width(item.amount(), size);
    g.fill(font.outline(item.amount(), size, left, y));
  }

  private static void rule(Graphics2D g, double y) {
    g.setStroke(new BasicStroke(2));
    g.draw(new Line2D.Double(MARGIN, y, AMOUNT_RIGHT, y));
  }
}
