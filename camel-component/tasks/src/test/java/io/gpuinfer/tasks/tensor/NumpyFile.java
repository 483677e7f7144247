package io.gpuinfer.tasks.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that NumPy wrote; how is told beside them. */
final class NumpyFile {

  private NumpyFile() {}

  static byte[] read(String name) {
    try (InputStream file = NumpyFile.class.getResourceAsStream("numpy/" + name)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
