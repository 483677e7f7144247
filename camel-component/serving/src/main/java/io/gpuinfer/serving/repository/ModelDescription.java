package io.gpuinfer.serving.repository;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a {@code model.yaml}; {@code model.schema.json} says what may stand in it.
 *
 * @param task what the model does; null where it is not said
 * @param files locations by role
 * @param settings of the task by name. Those under {@code settings} have the name they have there,
 *     those of another section the section's before it, as in {@code limits.maxPixels}
 */
record ModelDescription(String task, Map<String, String> files, Map<String, Setting> settings) {

  static final String FILE_NAME = "model.yaml";

  private static final String TASK = "task";
  private static final String FILES = "files";
  private static final String SETTINGS = "settings";

  /**
   * Reads a description.
   *
   * @throws ModelLoadException when it is too long, no YAML, or says what nothing understands; the
   *     message names the lines
   */
  static ModelDescription read(ModelSource source, String where) {
    YamlDocument document = YamlDocument.read(source, where);
    DescriptionSchema.check(document);
    JsonNode root = document.content();
    Map<String, String> files = new LinkedHashMap<>();
    root.path(FILES)
        .properties()
        .forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    Map<String, Setting> settings = new LinkedHashMap<>();
    root.properties().stream()
        .filter(section -> !section.getKey().equals(TASK) && !section.getKey().equals(FILES))
        .forEach(
            section -> collect(document, "/" + section.getKey(), section.getValue(), settings));
    String task = root.hasNonNull(TASK) ? root.get(TASK).asText() : null;
    return new ModelDescription(task, files, settings);
  }

  private static void collect(
      YamlDocument document, String pointer, JsonNode node, Map<String, Setting> settings) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              child ->
                  collect(document, pointer + "/" + child.getKey(), child.getValue(), settings));
      return;
    }
    List<String> values = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(element -> values.add(element.asText()));
    } else {
      values.add(node.asText());
    }
    settings.put(nameOf(pointer), new Setting(values, document.origin(pointer)));
  }

  private static String nameOf(String pointer) {
    String name = pointer.substring(1).replace('/', '.');
    return name.startsWith(SETTINGS + ".") ? name.substring(SETTINGS.length() + 1) : name;
  }
}
