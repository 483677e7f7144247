package io.gpuinfer.onnxruntime;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a model file into memory, up to a limit.
 *
 * @param limit the largest file, in bytes
 */
record ModelReader(int limit) {

  /** 2 GiB, less what a Java array cannot hold; protobuf's own limit is the same. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  byte[] read(ModelSource source) {
    try (InputStream in = source.opener().open()) {
      byte[] model = in.readNBytes(limit);
      if (model.length == limit && in.read() != -1) {
        throw new ModelLoadException(
            "Model " + source.name() + " is larger than the limit of " + limit + " bytes");
      }
      return model;
    } catch (IOException e) {
      throw new ModelLoadException("Model " + source.name() + " cannot be read: " + e, e);
    } catch (OutOfMemoryError e) {
      // One large allocation failed: the heap itself is well, so the route can go on.
      throw new ModelLoadException(
          "Model " + source.name() + " does not fit the Java heap; raise -Xmx", e);
    }
  }
}
