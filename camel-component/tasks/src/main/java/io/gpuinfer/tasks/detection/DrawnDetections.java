package io.gpuinfer.tasks.detection;

import io.gpuinfer.tasks.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A picture with its boxes drawn.
 *
 * @param result the boxes
 * @param contentType of the file, such as {@code image/png}
 * @param file the picture, encoded
 */
public record DrawnDetections(DetectionResult result, String contentType, byte[] file) {

  /** How the picture is encoded. */
  enum Format {
    JPEG,
    PNG
  }

  /** Draws the boxes of a picture. */
  static DrawnDetections of(Picture picture, DetectionResult result, Format format) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        image.setRGB(x, y, picture.rgb(x, y));
      }
    }
    BoxPainter.paint(image, result.detections());
    String name = format.name().toLowerCase(Locale.ROOT);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, name, file);
    } catch (IOException e) {
      throw new UncheckedIOException("A picture in memory cannot be written", e);
    }
    return new DrawnDetections(result, "image/" + name, file.toByteArray());
  }

  /** One line for a log: the boxes, and the file's type and size. */
  @Override
  public String toString() {
    return "%s (%s, %d bytes)".formatted(result, contentType, file.length);
  }
}
