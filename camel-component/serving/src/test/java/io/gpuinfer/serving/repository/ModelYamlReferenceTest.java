package io.gpuinfer.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/model-yaml.md} as the schema has them, and the descriptions that
 * the documentation shows right.
 *
 * <p>{@code mvn test -Dtest=ModelYamlReferenceTest -Dmodel-yaml.docs.update=true} rewrites the
 * tables.
 */
class ModelYamlReferenceTest {

  private static final Path DOCS = Path.of("../../docs");
  private static final Path REFERENCE = DOCS.resolve("model-yaml.md");
  private static final Pattern DESCRIPTION =
      Pattern.compile("```yaml\n((?:#[^\n]*\n)*task:.*?)```", Pattern.DOTALL);

  @Test
  void shouldShowTheSettingsOfTheSchema() throws IOException {
    String docs = Files.readString(REFERENCE);

    String current = withTable(docs, "settings of all tasks", table(KnownSettings.ofAllTasks()));
    current = withTable(current, "settings by task", byTask());

    if (Boolean.getBoolean("model-yaml.docs.update")) {
      Files.writeString(REFERENCE, current);
    } else {
      assertThat(docs)
          .as("docs/model-yaml.md is behind the schema; -Dmodel-yaml.docs.update=true rewrites it")
          .isEqualTo(current);
    }
  }

  @Test
  void shouldShowDescriptionsThatAreRight() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> pages = Files.walk(DOCS)) {
      for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
        Matcher description = DESCRIPTION.matcher(Files.readString(page));
        while (description.find()) {
          String yaml = description.group(1);
          ModelSource source = ModelSource.of("model.yaml", yaml.getBytes(StandardCharsets.UTF_8));
          assertThatCode(() -> ModelDescription.read(source, page.toString()))
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
                "\n### `task: %s`\n\n%s"
                    .formatted(
                        task,
                        KnownSettings.ofTask(task).isEmpty()
                            ? "No settings of its own.\n"
                            : table(KnownSettings.ofTask(task))))
        .collect(Collectors.joining());
  }

  private static String table(List<KnownSetting> settings) {
    return settings.stream()
        .map(
            setting ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        setting.name(),
                        setting.values(),
                        setting.otherwise().isEmpty() ? "" : "`" + setting.otherwise() + "`",
                        setting.description().replace("|", "\\|")))
        .collect(
            Collectors.joining(
                "", "| setting | values | default | meaning |\n|---|---|---|---|\n", ""));
  }

  /** Replaces what stands between the two comments that name a table. */
  private static String withTable(String docs, String name, String table) {
    Pattern place =
        Pattern.compile("(<!-- %s -->\n).*?(<!-- end -->)".formatted(name), Pattern.DOTALL);
    Matcher matcher = place.matcher(docs);
    assertThat(matcher.find()).as("docs/model-yaml.md has a place for the " + name).isTrue();
    return matcher.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$2");
  }
}
