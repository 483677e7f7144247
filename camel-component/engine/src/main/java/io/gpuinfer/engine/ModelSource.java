package io.gpuinfer.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the bytes of a model file come from. Opened once for each load.
 *
 * @param name used in messages and as the program's name
 * @param opener opens a fresh stream; the engine closes it
 */
public record ModelSource(String name, Opener opener) {

  /** Opens the stream of a model file. */
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;
  }

  public static ModelSource of(Path file) {
    return new ModelSource(file.getFileName().toString(), () -> Files.newInputStream(file));
  }

  public static ModelSource of(String name, URL url) {
    return new ModelSource(name, url::openStream);
  }

  public static ModelSource of(String name, byte[] model) {
    return new ModelSource(name, () -> new ByteArrayInputStream(model));
  }
}
