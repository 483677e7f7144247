package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.GpuInferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The files that pictures are encoded as. */
public enum PictureFormat {
  JPEG,
  /** Keeps each pixel as it is. */
  PNG;

  /** The detail of a result that tells what kind of file it is. */
  public static final String MEDIA_TYPE = "MediaType";

  /** Such as {@code image/png}. */
  public String mediaType() {
    return "image/" + formatName();
  }

  /**
   * The file of a picture.
   *
   * @param quality of a JPEG, from 0, the smallest file, to 1
   */
  public byte[] file(Picture picture, double quality) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(formatName()).next();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (this == JPEG) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality((float) quality);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture.toImage(), null, null), how);
    } catch (IOException e) {
      throw new GpuInferException("The picture could not be written as " + this + ": " + e, e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private String formatName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
