package io.gpuinfer.tasks.detection;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws boxes with their labels into an image, each class in a colour of its own. */
final class BoxPainter {

  /** Okabe and Ito's colours, which the colour-blind tell apart ("Color Universal Design"). */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0xE69F00),
          new Color(0x56B4E9),
          new Color(0x009E73),
          new Color(0xF0E442),
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0xCC79A7));

  /** The part of the image's shorter side that a line is wide, and a dot of a letter. */
  private static final int LINE = 250;

  private static final int LONGEST_LABEL = 40;

  private final Graphics2D graphics;
  private final int width;
  private final int height;
  private final int line;

  private BoxPainter(BufferedImage image) {
    this.graphics = image.createGraphics();
    this.width = image.getWidth();
    this.height = image.getHeight();
    this.line = Math.max(1, Math.min(width, height) / LINE);
  }

  /** Draws into an image of the size that the boxes are for; the surest is drawn last. */
  static void paint(BufferedImage image, List<Detection> detections) {
    BoxPainter painter = new BoxPainter(image);
    for (int i = detections.size() - 1; i >= 0; i--) {
      painter.paint(detections.get(i));
    }
    painter.graphics.dispose();
  }

  private void paint(Detection detection) {
    Box box = detection.box();
    int left = (int) Math.floor(box.left());
    int top = (int) Math.floor(box.top());
    int right = (int) Math.ceil(box.right());
    int bottom = (int) Math.ceil(box.bottom());
    graphics.setColor(COLOURS.get(detection.labelIndex() % COLOURS.size()));
    graphics.fillRect(left, top, right - left, line);
    graphics.fillRect(left, bottom - line, right - left, line);
    graphics.fillRect(left, top, line, bottom - top);
    graphics.fillRect(right - line, top, line, bottom - top);
    for (Keypoint point : detection.keypoints()) {
      graphics.fillRect((int) point.x() - line, (int) point.y() - line, 2 * line + 1, 2 * line + 1);
    }
    write(label(detection), left, top);
  }

  private static String label(Detection detection) {
    String label = detection.label();
    String shown = label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL);
    return String.format(Locale.ROOT, "%s %.2f", shown, detection.score());
  }

  /** Writes in black on the box's colour, above the box, or within where there is no room above. */
  private void write(String label, int boxLeft, int boxTop) {
    int textWidth = (DotLettering.width(label) + 4) * line;
    int textHeight = (DotLettering.HEIGHT + 4) * line;
    int left = Math.max(0, Math.min(boxLeft, width - textWidth));
    int top = boxTop >= textHeight ? boxTop - textHeight : Math.min(boxTop, height - textHeight);
    graphics.fillRect(left, top, textWidth, textHeight);
    graphics.setColor(Color.BLACK);
    DotLettering.write(graphics, label, left + 2 * line, top + 2 * line, line);
  }
}
