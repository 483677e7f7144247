package io.gpuinfer.tasks.detection;

import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureFormat;
import java.awt.image.BufferedImage;

/**
 * A picture with its boxes drawn.
 *
 * @param result the boxes
 * @param mediaType of the file, such as {@code image/png}
 * @param file the picture, encoded
 */
public record DrawnDetections(DetectionResult result, String mediaType, byte[] file) {

  /** The thin lines stay sharp. */
  private static final double JPEG_QUALITY = 0.9;

  /** Draws the boxes of a picture. */
  static DrawnDetections of(Picture picture, DetectionResult result, PictureFormat format) {
    BufferedImage image = picture.toImage();
    BoxPainter.paint(image, result.detections());
    Picture drawn = Picture.of(image);
    return new DrawnDetections(result, format.mediaType(), format.file(drawn, JPEG_QUALITY));
  }

  /** One line for a log: the boxes, and the file's type and size. */
  @Override
  public String toString() {
    return "%s (%s, %d bytes)".formatted(result, mediaType, file.length);
  }
}
