package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * A photograph of an astronaut with her face in the upper half ({@code astronaut.png} of Debian's
 * {@code python3-skimage}, 512 by 512 pixels), as models of faces take it.
 *
 * @param picture all of it
 */
public record Portrait(BufferedImage picture) {

  private static final String FILE =
      "python3-skimage/usr/lib/python3/dist-packages/skimage/data/astronaut.png";

  private static final int CHANNELS = 3;

  /** The photograph; empty when it was not fetched. */
  public static Optional<Portrait> fetched() {
    return TestData.bytes(FILE).map(Portrait::of);
  }

  private static Portrait of(byte[] file) {
    try {
      return new Portrait(ImageIO.read(new ByteArrayInputStream(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A part of the picture, in pixels of it. */
  public Portrait part(int left, int top, int width, int height) {
    return new Portrait(picture.getSubimage(left, top, width, height));
  }

  /** Red, green and blue from −1 to 1, as {@code [1, height, width, 3]}. */
  public Tensor channelsLast(int height, int width) {
    return Tensor.wrap(samples(height, width, CHANNELS, 1), 1, height, width, CHANNELS);
  }

  /** Red, green and blue from −1 to 1, as {@code [1, 3, height, width]}. */
  public Tensor channelsFirst(int height, int width) {
    return Tensor.wrap(samples(height, width, 1, height * width), 1, CHANNELS, height, width);
  }

  private float[] samples(int height, int width, int pixelStride, int channelStride) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    float[] samples = new float[CHANNELS * height * width];
    for (int pixel = 0; pixel < height * width; pixel++) {
      int rgb = scaled.getRGB(pixel % width, pixel / width);
      for (int channel = 0; channel < CHANNELS; channel++) {
        int level = rgb >> (16 - 8 * channel) & 255;
        samples[pixel * pixelStride + channel * channelStride] = level / 127.5f - 1;
      }
    }
    return samples;
  }
}
