package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The Kamelets and templates, as they lie in the jar, keep to Camel's schema of its YAML and to the
 * rules that Apache's catalog of Kamelets has for those in it.
 */
class KameletFilesTest {

  private static final Path CLASSES = Path.of("target/classes");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([A-Za-z0-9-._]+)}}");

  private static final JsonSchema CAMEL_YAML = schema();

  @Test
  void shouldHaveTheKameletsThatArePromised() throws IOException {
    assertThat(kamelets().map(kamelet -> kamelet.at("/metadata/name").asText()))
        .containsExactlyInAnyOrder(
            "gpu-detect-action",
            "gpu-embed-action",
            "gpu-infer-action",
            "gpu-ocr-action",
            "video-frames-source");
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void shouldBeNamedAsItsFileAndItsKind(JsonNode kamelet) {
    String name = kamelet.at("/metadata/name").asText();
    String kind = kamelet.at("/metadata/labels").get("camel.apache.org/kamelet.type").asText();
    JsonNode annotations = kamelet.at("/metadata/annotations");

    assertThat(kamelet.get("apiVersion").asText()).isEqualTo("camel.apache.org/v1");
    assertThat(kamelet.get("kind").asText()).isEqualTo("Kamelet");
    assertThat(CLASSES.resolve("kamelets").resolve(name + ".kamelet.yaml")).exists();
    assertThat(kind).isIn("action", "source");
    assertThat(name).endsWith("-" + kind);
    assertThat(kamelet.at("/spec/definition/title").asText()).endsWithIgnoringCase(" " + kind);
    for (String annotation :
        List.of(
            "kamelet.support.level",
            "catalog.version",
            "kamelet.icon",
            "provider",
            "kamelet.group",
            "kamelet.namespace")) {
      assertThat(annotations.path("camel.apache.org/" + annotation).asText())
          .as(annotation)
          .isNotBlank()
          .doesNotContain("@");
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void shouldDescribeEachProperty(JsonNode kamelet) {
    JsonNode definition = kamelet.at("/spec/definition");

    assertThat(definition.get("type").asText()).isEqualTo("object");
    assertThat(definition.get("description").asText()).isNotBlank();
    definition
        .path("required")
        .forEach(name -> assertThat(definition.get("properties").has(name.asText())).isTrue());
    for (String name : names(definition.get("properties"))) {
      JsonNode property = definition.get("properties").get(name);
      assertThat(property.get("title").asText()).as(name).matches("[A-Z].*");
      assertThat(property.get("description").asText()).as(name).endsWith(".");
      assertThat(property.get("type").asText()).isIn("string", "integer", "number", "boolean");
      assertThat(property.has("example")).as(name).isTrue();
      for (String value : List.of("default", "example")) {
        if (property.has(value)) {
          assertValid(property, property.get(value));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void shouldUseEachPropertyAndNoOther(JsonNode kamelet) {
    Set<String> declared = names(kamelet.at("/spec/definition/properties"));
    Set<String> required = new TreeSet<>();
    kamelet.at("/spec/definition/required").forEach(name -> required.add(name.asText()));
    JsonNode template = kamelet.at("/spec/template");
    Set<String> beans = new TreeSet<>();
    template.path("beans").forEach(bean -> beans.add(bean.get("name").asText()));

    Set<String> used =
        PLACEHOLDER
            .matcher(template.toString())
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    used.removeAll(beans);

    assertThat(used).isEqualTo(declared);
    // What is neither required nor has a default can be left out, and must be marked so.
    for (String name : declared) {
      boolean optional =
          !required.contains(name)
              && !kamelet.at("/spec/definition/properties").get(name).has("default");
      assertThat(template.toString().contains("{{?" + name + "}}")).as(name).isEqualTo(optional);
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void shouldNameTheJarsThatItNeeds(JsonNode kamelet) {
    List<String> dependencies =
        Stream.iterate(0, i -> i + 1)
            .limit(kamelet.at("/spec/dependencies").size())
            .map(i -> kamelet.at("/spec/dependencies").get(i).asText())
            .toList();

    assertThat(dependencies).contains("camel:core", "camel:kamelet");
    assertThat(dependencies).anyMatch(jar -> jar.matches("mvn:io[.]gpuinfer:[a-z-]+:[0-9].*"));
    assertThat(dependencies).allMatch(jar -> jar.matches("camel:[a-z-]+|mvn:[^:@]+:[^:@]+:[^:@]+"));
  }

  /** A template of a Kamelet is a template of a route without its name. */
  @ParameterizedTest
  @MethodSource("kamelets")
  void shouldHaveATemplateThatCamelsSchemaTakes(JsonNode kamelet) {
    ObjectNode route = kamelet.at("/spec/template").deepCopy();
    route.put("id", kamelet.at("/metadata/name").asText());

    assertThat(CAMEL_YAML.validate(JSON.valueToTree(List.of(Map.of("routeTemplate", route)))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldHaveRoutesThatCamelsSchemaTakes(Path file) throws IOException {
    assertThat(CAMEL_YAML.validate(read(file))).isEmpty();
  }

  /** The schema does find mistakes. */
  @Test
  void shouldNotTakeAStepThatThereIsNot() {
    Map<String, Object> from =
        Map.of("uri", "direct:a", "steps", List.of(Map.of("too", "gpu-infer:minilm")));

    assertThat(CAMEL_YAML.validate(JSON.valueToTree(List.of(Map.of("from", from))))).isNotEmpty();
  }

  private static void assertValid(JsonNode property, JsonNode value) {
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(property)
                .validate(value))
        .isEmpty();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Stream<JsonNode> kamelets() throws IOException {
    return files("kamelets").map(KameletFilesTest::read);
  }

  private static Stream<Path> routes() throws IOException {
    return Stream.concat(files("camel"), files("camel-template"));
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(CLASSES.resolve(folder))) {
      return files.sorted().toList().stream();
    }
  }

  private static JsonNode read(Path file) {
    try (InputStream yaml = Files.newInputStream(file)) {
      return JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  private static JsonSchema schema() {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
        .getSchema(KameletFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
  }
}
