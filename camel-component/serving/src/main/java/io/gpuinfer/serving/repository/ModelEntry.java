package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.util.HashMap;
import java.util.Map;

/**
 * One version of one model: what it does, its files and its settings.
 *
 * @param name the model's name in the repository
 * @param version the version's name; the highest number is served unless another is asked for
 * @param task what the model does, in the words of {@code model.yaml}, or {@link #AUTO}
 * @param files by role, such as {@code model} and {@code tokenizer}
 * @param settings of the task, such as {@code pooling} or {@code limits.maxPixels}
 */
public record ModelEntry(
    String name,
    String version,
    String task,
    Map<String, ModelSource> files,
    Map<String, Setting> settings) {

  /** The role of the only model of a task that has one. */
  public static final String MODEL = "model";

  /** The task of a model whose inputs and outputs are to tell what it does. */
  public static final String AUTO = "auto";

  public ModelEntry {
    files = Map.copyOf(files);
    settings = Map.copyOf(settings);
  }

  /** What a task that needs no model is told: a name, and settings that are added. */
  public static ModelEntry bare(String name) {
    return new ModelEntry(name, "1", AUTO, Map.of(), Map.of());
  }

  /**
   * The file with a role.
   *
   * @throws ModelLoadException when the entry has none
   */
  public ModelSource file(String role) {
    ModelSource file = files.get(role);
    if (file == null) {
      throw new ModelLoadException(
          "Model %s version %s has no file for the role '%s', only for %s"
              .formatted(name, version, role, files.keySet().stream().sorted().toList()));
    }
    return file;
  }

  /** This entry with some settings replaced or added. */
  public ModelEntry with(Map<String, Setting> others) {
    Map<String, Setting> all = new HashMap<>(settings);
    all.putAll(others);
    return new ModelEntry(name, version, task, files, all);
  }
}
