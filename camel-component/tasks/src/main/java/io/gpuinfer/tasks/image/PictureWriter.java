package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.GpuInferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures. */
public final class PictureWriter {

  private PictureWriter() {}

  /**
   * The file of a picture as JPEG.
   *
   * @param quality from 0, the smallest file, to 1
   */
  public static byte[] jpeg(Picture picture, double quality) {
    return write(picture, "jpeg", quality);
  }

  /** The file of a picture as PNG, which keeps each pixel as it is. */
  public static byte[] png(Picture picture) {
    return write(picture, "png", Double.NaN);
  }

  private static byte[] write(Picture picture, String format, double quality) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (!Double.isNaN(quality)) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality((float) quality);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture.toImage(), null, null), how);
    } catch (IOException e) {
      throw new GpuInferException("The picture could not be written as " + format + ": " + e, e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
