package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.Content;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures, upright however the camera was held; of an animation, its first picture. How
 * many pixels a picture has is read from its header, so that one over the limit is refused before
 * any memory is spent on it.
 */
public final class PictureReader {

  /** A limit that lets through what cameras and scanners make. */
  public static final long DEFAULT_MAX_PIXELS = 40_000_000;

  private static final int MAX_FILE_BYTES = 128 << 20;

  /** Four channels of 16 bits. */
  private static final int MOST_BITS = 64;

  private final long maxPixels;

  /**
   * @param maxPixels the most pixels of a picture
   */
  public PictureReader(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /**
   * Reads a picture.
   *
   * @param body encoded bytes ({@code byte[]}, {@link InputStream}, {@link File} or {@link Path}),
   *     a {@link BufferedImage} or a {@link Picture}
   * @throws InvalidInputException when it is none, is damaged, or is over the limit
   */
  public Picture read(Object body) {
    if (body instanceof Picture picture) {
      check(picture.width(), picture.height());
      return picture;
    }
    if (body instanceof BufferedImage image) {
      check(image.getWidth(), image.getHeight());
      return Picture.of(image);
    }
    return decode(bytesOf(body));
  }

  private static byte[] bytesOf(Object body) {
    try {
      if (body instanceof byte[] bytes) {
        return bytes;
      }
      if (body instanceof InputStream stream) {
        return limited(stream);
      }
      if (body instanceof File || body instanceof Path) {
        Path path = body instanceof File file ? file.toPath() : (Path) body;
        try (InputStream stream = Files.newInputStream(path)) {
          return limited(stream);
        }
      }
    } catch (IOException e) {
      throw new InvalidInputException("The picture could not be read: " + e, e);
    }
    throw new InvalidInputException(
        "A picture comes as bytes, a stream, a file or a BufferedImage, not as "
            + Content.nameOf(body));
  }

  private static byte[] limited(InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
    if (bytes.length > MAX_FILE_BYTES) {
      throw new InvalidInputException(
          "The picture's file is over the limit of " + (MAX_FILE_BYTES >> 20) + " MiB");
    }
    return bytes;
  }

  private Picture decode(byte[] bytes) {
    if (bytes.length == 0) {
      throw new InvalidInputException("The picture is empty");
    }
    PictureFile file = PictureFile.of(bytes, maxPixels);
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file.bytes()))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new InvalidInputException(
            "The body is no picture: its %d bytes start like none of %s"
                .formatted(bytes.length, String.join(", ", ImageIO.getReaderFileSuffixes())));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        check(reader);
        Damage damage = new Damage();
        reader.addIIOReadWarningListener(damage);
        BufferedImage image = reader.read(0);
        damage.check();
        return Picture.of(image).turned(file.orientation());
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damaged files with runtime exceptions of many kinds.
      throw new InvalidInputException("The picture is damaged: " + e, e);
    }
  }

  /** What the header says about the picture, and about the parts that it is decoded in. */
  private void check(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    check(width, height);
    check(reader.getTileWidth(0), reader.getTileHeight(0));
    ImageTypeSpecifier type = reader.getRawImageType(0);
    if (type == null) {
      return;
    }
    int bits = 0;
    for (int band = 0; band < type.getNumBands(); band++) {
      bits += type.getBitsPerBand(band);
    }
    if (bits > MOST_BITS) {
      throw new InvalidInputException(
          "The picture has %d bits a pixel, over the limit of %d".formatted(bits, MOST_BITS));
    }
  }

  private void check(int width, int height) {
    check(width, height, maxPixels);
  }

  static void check(int width, int height, long maxPixels) {
    if ((long) width * height > maxPixels) {
      throw new InvalidInputException(
          "The picture has %d × %d pixels, over the limit of %d"
              .formatted(width, height, maxPixels));
    }
  }

  /** The JPEG reader fills the missing end of a file with gray and only warns of it. */
  private static final class Damage implements IIOReadWarningListener {

    private String warning;

    @Override
    public void warningOccurred(ImageReader source, String text) {
      if (text.contains("Premature end")) {
        warning = text;
      }
    }

    void check() {
      if (warning != null) {
        throw new InvalidInputException("The picture is cut off: " + warning);
      }
    }
  }
}
