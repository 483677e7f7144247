package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The content of a {@code model.yaml}: {@code task}, {@code files} by role, and {@code settings}.
 *
 * @param task what the model does
 * @param files locations by role
 * @param settings of the task
 */
record ModelDescription(String task, Map<String, String> files, Map<String, String> settings) {

  static final String FILE_NAME = "model.yaml";

  private static final int LONGEST = 64 * 1024;
  private static final int DEEPEST = 8;
  private static final Set<String> KEYS = Set.of("task", "files", "settings");

  /**
   * Reads a description.
   *
   * @throws ModelLoadException when it is too long, no YAML, or says what nothing understands
   */
  static ModelDescription read(ModelSource source, String where) {
    Object content = parse(source, where);
    if (!(content instanceof Map<?, ?> root)) {
      throw new ModelLoadException(where + " must hold the keys task, files and settings");
    }
    for (Object key : root.keySet()) {
      if (!KEYS.contains(key)) {
        throw new ModelLoadException(
            "%s has the key '%s'; only task, files and settings mean something"
                .formatted(where, key));
      }
    }
    Map<String, String> files = texts(root.get("files"), where, "files");
    if (files.isEmpty()) {
      throw new ModelLoadException(where + " names no files");
    }
    Object task = root.get("task");
    return new ModelDescription(
        task == null ? ModelEntry.TENSOR : task.toString(),
        files,
        texts(root.get("settings"), where, "settings"));
  }

  private static Object parse(ModelSource source, String where) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(LONGEST);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setMaxAliasesForCollections(0);
    limits.setAllowDuplicateKeys(false);
    try (InputStream stream = source.opener().open()) {
      byte[] bytes = stream.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new ModelLoadException(where + " is longer than " + LONGEST + " bytes");
      }
      return new Yaml(new SafeConstructor(limits)).load(new String(bytes, StandardCharsets.UTF_8));
    } catch (YAMLException | IOException e) {
      throw new ModelLoadException("Cannot read " + where + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> texts(Object value, String where, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (value == null) {
      return texts;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new ModelLoadException(where + ": '" + key + "' must hold keys and values");
    }
    map.forEach(
        (name, text) -> {
          if (text == null || text instanceof Map || text instanceof Collection) {
            throw new ModelLoadException(
                "%s: '%s.%s' must be a single value".formatted(where, key, name));
          }
          texts.put(String.valueOf(name), text.toString());
        });
    return texts;
  }
}
