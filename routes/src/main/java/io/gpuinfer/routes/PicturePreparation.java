package io.gpuinfer.routes;

import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import java.util.concurrent.Semaphore;
import org.apache.camel.Body;

/**
 * The preprocessing of pictures: decodes a file within limits, and reduces a picture that has more
 * pixels than reading text can use. What the model itself needs (its size, its normalisation) is
 * done on the device.
 */
public final class PicturePreparation {

  /** A page scanned at 400 dots per inch. */
  private static final long MOST_PIXELS = 16_000_000;

  /** A decoded picture takes up to 280 MB until it is reduced, so few are decoded at a time. */
  private final Semaphore decoders = new Semaphore(3);

  private final PictureReader reader = new PictureReader(PictureReader.DEFAULT_MAX_PIXELS);

  /**
   * Decodes a file.
   *
   * @throws io.gpuinfer.engine.InvalidInputException when it is no picture, a damaged one, or one
   *     over the limit
   */
  public Picture prepare(@Body byte[] file) throws InterruptedException {
    decoders.acquire();
    try {
      return reader.read(file).shrunkTo(MOST_PIXELS);
    } finally {
      decoders.release();
    }
  }
}
