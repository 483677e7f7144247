package io.gpuinfer.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.engine.testing.DocsTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/model-yaml.adoc} as the schema has them, and the descriptions
 * that the documentation shows right.
 *
 * <p>{@code mvn test -Dtest=ModelYamlReferenceTest -Ddocs.update=true} rewrites the tables.
 */
class ModelYamlReferenceTest {

  private static final Pattern DESCRIPTION = Pattern.compile("(?:#[^\n]*\n)*task:");

  @Test
  void shouldShowTheSettingsOfTheSchema() throws IOException {
    DocsPage.named("model-yaml")
        .assertHas(
            Map.of(
                "settings-of-all-tasks", table(KnownSettings.ofAllTasks()),
                "settings-by-task", byTask()));
  }

  @Test
  void shouldShowDescriptionsThatAreRight() throws IOException {
    List<String> found = new ArrayList<>();
    for (DocsPage page : DocsPage.all()) {
      for (String yaml : page.blocks("yaml")) {
        if (DESCRIPTION.matcher(yaml).lookingAt()) {
          ModelSource source = ModelSource.of("model.yaml", yaml.getBytes(StandardCharsets.UTF_8));
          assertThatCode(() -> ModelDescription.read(source, page.file().toString()))
              .doesNotThrowAnyException();
          found.add(yaml);
        }
      }
    }
    assertThat(found).isNotEmpty();
  }

  /** Editors show descriptions when the mouse is on a key. */
  @Test
  void shouldDescribeEachKey() {
    JsonNode schema = DescriptionSchema.json();

    assertThat(schema.path("$id").asText()).startsWith("urn:");
    assertThat(schema.path("title").asText()).isEqualTo("model.yaml");
    assertThat(schema.path("description").asText()).isNotEmpty();
    assertThat(schema.path("properties").properties())
        .allSatisfy(
            section ->
                assertThat(section.getValue().has("description") || section.getValue().has("$ref"))
                    .as(section.getKey())
                    .isTrue());
    Stream<KnownSetting> all =
        Stream.concat(
            KnownSettings.ofAllTasks().stream(),
            KnownSettings.tasks().stream().flatMap(task -> KnownSettings.ofTask(task).stream()));
    assertThat(all)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            setting ->
                assertThat(setting.description()).as(setting.name()).isNotBlank().endsWith("."));
  }

  private static String byTask() {
    return KnownSettings.tasks().stream()
        .map(
            task ->
                "\n=== `task: %s`\n\n%s"
                    .formatted(
                        task,
                        KnownSettings.ofTask(task).isEmpty()
                            ? "No settings of its own.\n"
                            : table(KnownSettings.ofTask(task))))
        .collect(Collectors.joining());
  }

  private static String table(List<KnownSetting> settings) {
    DocsTable table = new DocsTable("setting", "values", "default", "meaning");
    for (KnownSetting setting : settings) {
      table.row(
          DocsTable.code(setting.name()),
          setting.values(),
          DocsTable.code(setting.otherwise()),
          setting.description());
    }
    return table.toString();
  }
}
