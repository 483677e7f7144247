package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * An immutable picture of 8-bit blue, green and red, row by row from the top left. In this order
 * because models for pictures are commonly trained on what OpenCV decodes.
 */
public final class Picture {

  /**
   * What devices are given at most; larger pictures are shrunk to it first. What text or things are
   * in them is large enough by then to lose the rest.
   */
  public static final long MOST_DEVICE_PIXELS = 16_000_000;

  private static final int CHANNELS = 3;
  private static final int BAND = 64;

  private final int width;
  private final int height;
  private final byte[] bgr;

  private Picture(int width, int height, byte[] bgr) {
    this.width = width;
    this.height = height;
    this.bgr = bgr;
  }

  /** The pixels of an image of any type; what is transparent shows white. */
  public static Picture of(BufferedImage image) {
    byte[] bgr = new byte[CHANNELS * image.getWidth() * image.getHeight()];
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      copyGray(image, bgr);
    } else {
      copyColor(image, bgr);
    }
    return new Picture(image.getWidth(), image.getHeight(), bgr);
  }

  /**
   * A picture from rows of blue, green and red, as decoders of video give them.
   *
   * @param rows the pixels; read from index 0, its position is left as it is
   * @param stride bytes from one row to the next
   */
  public static Picture ofBgr(int width, int height, ByteBuffer rows, int stride) {
    byte[] bgr = new byte[CHANNELS * width * height];
    for (int y = 0; y < height; y++) {
      rows.get(y * stride, bgr, CHANNELS * width * y, CHANNELS * width);
    }
    return new Picture(width, height, bgr);
  }

  /**
   * A picture from one number for each pixel, as {@link #packed()} gives them.
   *
   * @param pixels {@code FLOAT32} of shape [1, 1, height, width]
   */
  public static Picture ofPacked(Tensor pixels) {
    int height = (int) pixels.dim(2);
    int width = (int) pixels.dim(3);
    FloatBuffer packed = pixels.floats();
    byte[] bgr = new byte[CHANNELS * width * height];
    int at = 0;
    for (int i = 0; i < width * height; i++) {
      int pixel = (int) packed.get(i);
      bgr[at++] = (byte) pixel;
      bgr[at++] = (byte) (pixel >> 8);
      bgr[at++] = (byte) (pixel >> 16);
    }
    return new Picture(width, height, bgr);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The channels of one pixel as {@code 0xRRGGBB}. */
  public int rgb(int x, int y) {
    return rgb(y * width + x);
  }

  private int rgb(int pixel) {
    int at = CHANNELS * pixel;
    return (bgr[at + 2] & 0xff) << 16 | (bgr[at + 1] & 0xff) << 8 | (bgr[at] & 0xff);
  }

  /** The pixels as a {@code UINT8} tensor of shape [1, height, width, 3], blue first; no copy. */
  public Tensor pixels() {
    return Tensor.wrap(DataType.UINT8, bgr, 1, height, width, CHANNELS);
  }

  /** The pixels as an image that Java draws and writes. */
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(bgr, 0, data, 0, bgr.length);
    return image;
  }

  /**
   * The pixels as a {@code FLOAT32} tensor of shape [1, 1, height, width], each {@code 0xRRGGBB}.
   */
  public Tensor packed() {
    float[] pixels = new float[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = rgb(i);
    }
    return Tensor.wrap(pixels, 1, 1, height, width);
  }

  /**
   * This picture with each side divided by the least whole number that brings it to at most so many
   * pixels; each pixel is the mean of those it stands for.
   */
  public Picture shrunkTo(long maxPixels) {
    int factor = 1;
    while ((long) Math.max(1, width / factor) * Math.max(1, height / factor) > maxPixels) {
      factor++;
    }
    return factor == 1 ? this : shrunkBy(factor);
  }

  /** This picture as it is seen when an orientation is heeded. */
  Picture turned(Orientation orientation) {
    if (orientation.equals(Orientation.UPRIGHT)) {
      return this;
    }
    int newWidth = orientation.transposed() ? height : width;
    int newHeight = orientation.transposed() ? width : height;
    byte[] turned = new byte[bgr.length];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int across = orientation.mirrored() ? newWidth - 1 - x : x;
        int down = orientation.flipped() ? newHeight - 1 - y : y;
        int from = orientation.transposed() ? across * width + down : down * width + across;
        System.arraycopy(bgr, CHANNELS * from, turned, CHANNELS * (y * newWidth + x), CHANNELS);
      }
    }
    return new Picture(newWidth, newHeight, turned);
  }

  private Picture shrunkBy(int factor) {
    int newWidth = Math.max(1, width / factor);
    int newHeight = Math.max(1, height / factor);
    int cellWidth = Math.min(factor, width);
    int cellHeight = Math.min(factor, height);
    byte[] mean = new byte[CHANNELS * newWidth * newHeight];
    for (int i = 0; i < mean.length; i++) {
      int channel = i % CHANNELS;
      int x = i / CHANNELS % newWidth * factor;
      int y = i / CHANNELS / newWidth * factor;
      int sum = 0;
      for (int dy = 0; dy < cellHeight; dy++) {
        for (int dx = 0; dx < cellWidth; dx++) {
          sum += bgr[CHANNELS * ((y + dy) * width + x + dx) + channel] & 0xff;
        }
      }
      int count = cellWidth * cellHeight;
      mean[i] = (byte) ((sum + count / 2) / count);
    }
    return new Picture(newWidth, newHeight, mean);
  }

  /**
   * Java takes gray levels for linear light and would brighten them; models want them as stored.
   */
  private static void copyGray(BufferedImage image, byte[] bgr) {
    Raster raster = image.getRaster();
    int bits = image.getColorModel().getComponentSize(0);
    int largest = (1 << bits) - 1;
    boolean alpha = image.getColorModel().hasAlpha();
    boolean premultiplied = image.isAlphaPremultiplied();
    int[] row = new int[image.getWidth() * raster.getNumBands()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
      for (int x = 0; x < image.getWidth(); x++) {
        int level = (row[x * raster.getNumBands()] * 255 + largest / 2) / largest;
        if (alpha) {
          int opacity = (row[x * raster.getNumBands() + 1] * 255 + largest / 2) / largest;
          level = (premultiplied ? level : level * opacity / 255) + 255 - opacity;
        }
        for (int channel = 0; channel < CHANNELS; channel++) {
          bgr[at++] = (byte) level;
        }
      }
    }
  }

  /** Has Java2D draw the image on white, band by band, to need little memory beside the picture. */
  private static void copyColor(BufferedImage image, byte[] bgr) {
    int width = image.getWidth();
    BufferedImage band = new BufferedImage(width, BAND, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) band.getRaster().getDataBuffer()).getData();
    Graphics2D graphics = band.createGraphics();
    graphics.setBackground(Color.WHITE);
    int at = 0;
    for (int top = 0; top < image.getHeight(); top += BAND) {
      graphics.clearRect(0, 0, width, BAND);
      graphics.drawImage(image, 0, -top, null);
      int count = width * Math.min(BAND, image.getHeight() - top);
      for (int i = 0; i < count; i++) {
        bgr[at++] = (byte) pixels[i];
        bgr[at++] = (byte) (pixels[i] >> 8);
        bgr[at++] = (byte) (pixels[i] >> 16);
      }
    }
    graphics.dispose();
  }
}
