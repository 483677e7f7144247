package io.gpuinfer.serving.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.gpuinfer.engine.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What may stand in a {@code model.yaml}, as the JSON Schema beside this class says it. */
final class DescriptionSchema {

  /** Also what an editor is given to complete and check a description. */
  static final String RESOURCE = "model.schema.json";

  private static final JsonNode JSON = read();
  private static final JsonSchema SCHEMA = compiled();

  private DescriptionSchema() {}

  /**
   * Checks a description.
   *
   * @throws ModelLoadException when something is wrong; the message has all of it, with the lines
   */
  static void check(YamlDocument document) {
    Set<ValidationMessage> wrong = SCHEMA.validate(document.content());
    if (!wrong.isEmpty()) {
      List<String> lines = wrong.stream().map(error -> told(error, document)).distinct().toList();
      throw new ModelLoadException(String.join("\n", lines));
    }
  }

  /** The schema itself. */
  static JsonNode json() {
    return JSON;
  }

  private static String told(ValidationMessage error, YamlDocument document) {
    String parent = error.getInstanceLocation().toString();
    String pointer = error.getProperty() == null ? parent : parent + "/" + error.getProperty();
    String name = parent.isEmpty() ? "" : parent.substring(1).replace('/', '.') + ": ";
    return document.origin(pointer) + ": " + name + error.getError() + meant(error);
  }

  /** The key or value that was written wrongly, where one is like it. */
  private static String meant(ValidationMessage error) {
    String place = error.getSchemaLocation().getFragment().toString();
    Optional<String> meant =
        switch (error.getType()) {
          case "additionalProperties" ->
              Spelling.nearest(
                  error.getProperty(),
                  keys(JSON.at(place.substring(0, place.lastIndexOf('/')) + "/properties")));
          case "enum" -> Spelling.nearest(error.getInstanceNode().asText(), texts(JSON.at(place)));
          default -> Optional.empty();
        };
    return meant.map(word -> "; did you mean '" + word + "'?").orElse("");
  }

  private static List<String> keys(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static JsonNode read() {
    try (InputStream schema = DescriptionSchema.class.getResourceAsStream(RESOURCE)) {
      return new ObjectMapper().readTree(schema);
    } catch (IOException e) {
      throw new UncheckedIOException("The build's own schema cannot be read", e);
    }
  }

  private static JsonSchema compiled() {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(JSON, config);
  }
}
