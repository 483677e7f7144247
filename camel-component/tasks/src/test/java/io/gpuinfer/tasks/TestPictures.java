package io.gpuinfer.tasks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Pictures for tests: photographs that {@code ./verify} fetches, and noise. */
public final class TestPictures {

  private static final Path FOLDER =
      Path.of(System.getProperty("gpu-infer.test-data", "../../.test-data"));

  /** Folders of photographs, as the packages have them. */
  public static final String DARKNET = "darknet/usr/share/darknet/data/";

  public static final String MATPLOTLIB =
      "python-matplotlib-data/usr/share/matplotlib/mpl-data/sample_data/";

  public static final String SKIMAGE =
      "python3-skimage/usr/lib/python3/dist-packages/skimage/data/";

  private TestPictures() {}

  /** The file of a photograph of scikit-image; a test without it is skipped. */
  public static byte[] photographFile(String name) {
    return bytes(SKIMAGE + name);
  }

  /** A file that {@code ./verify} fetches; a test without it is skipped. */
  public static Path file(String name) {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.exists(file), "No file " + file);
    return file;
  }

  private static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A photograph of scikit-image: {@code chelsea.png} (451 × 300), {@code astronaut.png} (512²).
   */
  public static Picture photograph(String name) {
    return new PictureReader(PictureReader.DEFAULT_MAX_PIXELS).read(photographFile(name));
  }

  public static Picture noise(int width, int height) {
    Random random = new Random(width);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return Picture.of(image);
  }
}
