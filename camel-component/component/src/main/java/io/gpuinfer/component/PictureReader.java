package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes pictures of a bounded size. The size is known from the header, before any decoding. */
final class PictureReader {

  private final long maxPixels;

  PictureReader(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /**
   * Decodes a JPEG, PNG, GIF, BMP or TIFF file.
   *
   * @throws InvalidInputException when it is no picture, a damaged one, or too large a one
   */
  BufferedImage read(byte[] file) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new InvalidInputException(
            "The %d bytes are no picture in a known format (%s)"
                .formatted(file.length, String.join(", ", ImageIO.getReaderFileSuffixes())));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        requireSize(reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof InvalidInputException refused) {
        throw refused;
      }
      // The JDK's decoders meet damaged files with almost any exception.
      throw new InvalidInputException("The picture is damaged: " + e.getMessage(), e);
    }
  }

  private void requireSize(long width, long height) {
    if (width * height > maxPixels) {
      throw new InvalidInputException(
          "The picture has %d x %d pixels, and at most %d are decoded"
              .formatted(width, height, maxPixels));
    }
  }
}
