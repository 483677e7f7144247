package io.gpuinfer.serving;

import io.gpuinfer.engine.ModelLoadException;
import java.util.List;

/**
 * Finds models by name in a folder or on the class path.
 *
 * <p>A model is a folder {@code <root>/<name>/<version>/} with a {@code model.yaml}, or with a single
 * {@code *.onnx} file, which is then served as raw tensors.
 */
public final class ModelRepository {

  /**
   * @param location a folder, a {@code file:} URI of one, or {@code classpath:} and a path
   */
  public static ModelRepository at(String location) {
    throw new UnsupportedOperationException();
  }

  /**
   * The model that a single file holds, outside any repository; its version is {@code 1}.
   *
   * @param name the name to serve it under
   * @param uri a path, a {@code file:} URI, or {@code classpath:} and a path
   * @throws ModelLoadException when there is no such file
   */
  public static ModelEntry single(String name, String uri) {
    throw new UnsupportedOperationException();
  }

  /** Names of the models that are there, sorted. */
  public List<String> names() {
    throw new UnsupportedOperationException();
  }

  /**
   * The highest version of a model.
   *
   * @throws ModelLoadException when it is not there; the message lists the models that are
   */
  public ModelEntry find(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * One version of a model.
   *
   * @throws ModelLoadException when it is not there; the message lists the versions that are
   */
  public ModelEntry find(String name, String version) {
    throw new UnsupportedOperationException();
  }
}
