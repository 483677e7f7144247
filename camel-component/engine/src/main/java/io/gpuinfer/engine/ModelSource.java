package io.gpuinfer.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the bytes of a model file come from. Opened once for each load.
 *
 * @param name used in messages and as the program's name
 * @param opener opens a fresh stream; the engine closes it
 * @param folder where the model's weights are when it keeps them in files of their own; empty when
 *     the model is not in a folder, and then it must be one file
 */
public record ModelSource(String name, Opener opener, Optional<Path> folder) {

  /** Opens the stream of a model file. */
  @FunctionalInterface
  public interface Opener {
    InputStream open() throws IOException;
  }

  /** A model of one file. */
  public ModelSource(String name, Opener opener) {
    this(name, opener, Optional.empty());
  }

  /** A model file, and what is beside it in its folder. */
  public static ModelSource of(Path file) {
    return new ModelSource(
        file.getFileName().toString(),
        () -> Files.newInputStream(file),
        Optional.of(file.toAbsolutePath().getParent()));
  }

  public static ModelSource of(String name, URL url) {
    return new ModelSource(name, url::openStream);
  }

  public static ModelSource of(String name, byte[] model) {
    return new ModelSource(name, () -> new ByteArrayInputStream(model));
  }
}
