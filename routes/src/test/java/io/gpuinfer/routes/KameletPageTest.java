package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The tables of properties in {@code docs/kamelets.md} are those of the Kamelets. {@code
 * -Dkamelets.docs.update=true} writes them anew.
 */
class KameletPageTest {

  private static final Path PAGE = Path.of("../docs/kamelets.md");
  private static final Pattern TABLE =
      Pattern.compile("(?s)<!-- ([a-z]+(?:-[a-z]+)+) -->\n.*?<!-- end -->");

  @Test
  void shouldListThePropertiesOfEachKamelet() throws IOException {
    String page = Files.readString(PAGE);

    String written = TABLE.matcher(page).replaceAll(KameletPageTest::table);

    if (Boolean.getBoolean("kamelets.docs.update")) {
      Files.writeString(PAGE, written);
    } else {
      assertThat(page).isEqualTo(written);
    }
    assertThat(TABLE.matcher(page).results()).hasSize(5);
  }

  private static String table(MatchResult place) {
    String name = place.group(1);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "<!-- " + name + " -->",
                "| property | type | default | meaning |",
                "|---|---|---|---|"));
    Map<?, ?> definition = definition(name);
    Collection<?> required =
        definition.get("required") instanceof Collection<?> names ? names : List.of();
    ((Map<?, ?>) definition.get("properties"))
        .forEach((key, value) -> lines.add(line(key, (Map<?, ?>) value, required.contains(key))));
    lines.add("<!-- end -->");
    return Matcher.quoteReplacement(String.join("\n", lines));
  }

  private static String line(Object name, Map<?, ?> property, boolean required) {
    Object type =
        property.get("enum") instanceof Collection<?> values
            ? String.join(", ", values.stream().map(String::valueOf).toList())
            : property.get("type");
    Object standard = property.get("default") == null ? "" : "`" + property.get("default") + "`";
    return "| `%s`%s | %s | %s | %s |"
        .formatted(
            name, required ? " (required)" : "", type, standard, property.get("description"));
  }

  private static Map<?, ?> definition(String kamelet) {
    Path file = Path.of("src/main/kamelets", kamelet + ".kamelet.yaml");
    try (InputStream yaml = Files.newInputStream(file)) {
      Map<?, ?> all = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
      return (Map<?, ?>) ((Map<?, ?>) all.get("spec")).get("definition");
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }
}
