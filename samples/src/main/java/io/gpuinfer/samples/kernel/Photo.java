package io.gpuinfer.samples.kernel;

import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** Brings a file of a picture to the arrays that {@link EdgeFilter} takes, and back. */
public final class Photo {

  /** The property of an exchange that keeps the picture's width. */
  public static final String WIDTH = "photoWidth";

  private final PictureReader reader = new PictureReader(PictureReader.DEFAULT_MAX_PIXELS);

  /**
   * Decodes a file.
   *
   * @throws io.gpuinfer.engine.InvalidInputException when it is no picture, or one over the limit
   */
  public Map<String, Object> pixels(@Body byte[] file) {
    Picture picture = reader.read(file);
    int[] pixels = new int[picture.width() * picture.height()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = picture.rgb(i % picture.width(), i / picture.width());
    }
    return Map.of("pixels", pixels, "width", picture.width());
  }

  /** A PNG of pixels. */
  public byte[] png(@Body int[] pixels, @ExchangeProperty(WIDTH) int width) throws IOException {
    BufferedImage image =
        new BufferedImage(width, pixels.length / width, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, image.getHeight(), pixels, 0, width);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
