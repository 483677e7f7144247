package io.gpuinfer.benchmarks.inspect;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the model that a caller names. */
final class NamedModel {

  private static final String ONNX = ".onnx";
  private static final String CLASSPATH = "classpath:";

  private NamedModel() {}

  /**
   * The model of a file, of a folder of a version or of a model with versions, or of a name in the
   * repository, maybe with a version as in {@code minilm/2}.
   *
   * @throws ModelLoadException when there is none
   */
  static ModelEntry find(String model, String repository) {
    Path path = path(model);
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    if (Files.isRegularFile(path) || model.startsWith(CLASSPATH) || model.endsWith(ONNX)) {
      String file = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1);
      return ModelRepository.single(file.replaceFirst("\\.onnx$", ""), model);
    }
    ModelRepository models = ModelRepository.at(repository);
    int slash = model.indexOf('/');
    return slash < 0
        ? models.find(model)
        : models.find(model.substring(0, slash), model.substring(slash + 1));
  }

  private static ModelEntry folder(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    if (whole.getParent() != null) {
      ModelRepository around = ModelRepository.at(whole.getParent().toString());
      String name = whole.getFileName().toString();
      if (!around.versions(name).isEmpty()) {
        return around.find(name);
      }
    }
    return ModelRepository.folder(whole);
  }

  private static Path path(String model) {
    try {
      return Path.of(model);
    } catch (InvalidPathException e) {
      throw new ModelLoadException("'" + model + "' is no path of a file or folder", e);
    }
  }
}
