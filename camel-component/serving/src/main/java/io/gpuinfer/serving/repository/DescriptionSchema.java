package io.gpuinfer.serving.repository;

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
import java.util.List;
import java.util.Set;

/** What may stand in a {@code model.yaml}, as the JSON Schema beside this class says it. */
final class DescriptionSchema {

  /** Also what an editor is given to complete and check a description. */
  static final String RESOURCE = "model.schema.json";

  private static final JsonSchema SCHEMA = load();

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

  private static String told(ValidationMessage error, YamlDocument document) {
    String parent = error.getInstanceLocation().toString();
    String pointer = error.getProperty() == null ? parent : parent + "/" + error.getProperty();
    String name = parent.isEmpty() ? "" : parent.substring(1).replace('/', '.') + ": ";
    return document.origin(pointer) + ": " + name + error.getError();
  }

  private static JsonSchema load() {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
    try (InputStream schema = DescriptionSchema.class.getResourceAsStream(RESOURCE)) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(schema, config);
    } catch (IOException e) {
      throw new UncheckedIOException("The build's own schema cannot be read", e);
    }
  }
}
