package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.engine.testing.DocsTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The tables of properties in {@code docs/kamelets.adoc} are those of the Kamelets. {@code
 * -Ddocs.update=true} writes them anew.
 */
class KameletPageTest {

  private static final Path KAMELETS = Path.of("src/main/kamelets");
  private static final String SUFFIX = ".kamelet.yaml";

  @Test
  void shouldListThePropertiesOfEachKamelet() throws IOException {
    Map<String, String> tables = new HashMap<>();
    try (Stream<Path> files = Files.list(KAMELETS)) {
      for (Path file : files.toList()) {
        tables.put(file.getFileName().toString().replace(SUFFIX, ""), table(file));
      }
    }
    assertThat(tables).hasSize(5);

    DocsPage.named("kamelets").assertHas(tables);
  }

  private static String table(Path kamelet) throws IOException {
    DocsTable table = new DocsTable("property", "type", "default", "meaning");
    Map<?, ?> definition = definition(kamelet);
    Collection<?> required =
        definition.get("required") instanceof Collection<?> names ? names : List.of();
    ((Map<?, ?>) definition.get("properties"))
        .forEach((key, value) -> add(key, (Map<?, ?>) value, required.contains(key), table));
    return table.toString();
  }

  private static void add(Object name, Map<?, ?> property, boolean required, DocsTable table) {
    Object type =
        property.get("enum") instanceof Collection<?> values
            ? String.join(", ", values.stream().map(String::valueOf).toList())
            : property.get("type");
    table.row(
        DocsTable.code(name) + (required ? " (required)" : ""),
        String.valueOf(type),
        DocsTable.code(property.get("default")),
        String.valueOf(property.get("description")));
  }

  private static Map<?, ?> definition(Path kamelet) throws IOException {
    try (InputStream yaml = Files.newInputStream(kamelet)) {
      Map<?, ?> all = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
      return (Map<?, ?>) ((Map<?, ?>) all.get("spec")).get("definition");
    }
  }
}
