package io.gpuinfer.samples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;

/**
 * Something to send.
 *
 * @param type {@code text}, {@code image} or {@code video}
 * @param name what to print for it
 * @param text the text, or null
 * @param file the file, or null
 */
record DemoInput(String type, String name, String text, Path file) {

  private static final int LONGEST_NAME = 60;

  static DemoInput text(String text) {
    String shown = text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME - 1) + "…" : text;
    return new DemoInput("text", "\"" + shown + "\"", text, null);
  }

  static DemoInput image(Path file) {
    return new DemoInput("image", file.getFileName().toString(), null, file);
  }

  static DemoInput video(Path file) {
    return new DemoInput("video", file.getFileName().toString(), null, file);
  }

  /**
   * What a caller means by an argument: a picture, else a clip, if there is such a file; or a text.
   */
  static DemoInput of(String argument) throws IOException {
    if (argument.indexOf('\0') >= 0 || !Files.isRegularFile(Path.of(argument))) {
      return text(argument);
    }
    Path file = Path.of(argument);
    try (ImageInputStream content = ImageIO.createImageInputStream(file.toFile())) {
      return ImageIO.getImageReaders(content).hasNext() ? image(file) : video(file);
    }
  }
}
