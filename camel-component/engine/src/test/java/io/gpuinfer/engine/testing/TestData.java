package io.gpuinfer.engine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code ./verify} fetches for tests, in the folder of the property gpu-infer.test-data. */
public final class TestData {

  private TestData() {}

  /** Where a file or folder is, or would be. */
  public static Path path(String relative) {
    return Path.of(System.getProperty("gpu-infer.test-data", "../../.test-data"), relative);
  }

  /** A file's content; empty when it was not fetched. */
  public static Optional<byte[]> bytes(String relative) {
    Path file = path(relative);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
