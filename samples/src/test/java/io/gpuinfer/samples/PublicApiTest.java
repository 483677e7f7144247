package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Keeps the folder {@code api} as the code has it: a file for each package that is public API, and
 * in it a line for each signature, as {@code javap} prints them.
 *
 * <p>{@code mvn test -pl samples -am -Dtest=PublicApiTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dapi.update=true} writes them anew.
 */
class PublicApiTest {

  private static final Path FOLDER = Path.of("../api");

  /** The packages that are public API, below {@code io.gpuinfer}; a star stands for any one. */
  private static final List<String> PUBLIC =
      List.of(
          "component",
          "dashboard",
          "engine",
          "engine.kernel",
          "serving",
          "serving.state",
          "serving.version",
          "springboot",
          "tasks",
          "tasks.*");

  private static final boolean UPDATE = Boolean.getBoolean("api.update");
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  /** The first line of a type or a member of one, without the brace or semicolon after it. */
  private static final Pattern SIGNATURE =
      Pattern.compile("(?m)^( *)((?:public|protected) .*?)(?: \\{|;)$");

  @ParameterizedTest
  @MethodSource("typesByPackage")
  void shouldBeAsWritten(String packageName, Set<String> types) throws IOException {
    Path file = FOLDER.resolve(packageName + ".txt");
    Set<String> current = signatures(types);
    assertThat(current).isNotEmpty();
    if (UPDATE) {
      Files.write(file, current);
      return;
    }
    assertThat(file).as("a public package; -Dapi.update=true writes it down").exists();
    Set<String> written = new TreeSet<>(Files.readAllLines(file));

    assertThat(without(written, current))
        .as("gone from the public API, which breaks those who use it: see docs/versioning.adoc")
        .isEmpty();
    assertThat(without(current, written))
        .as("new in the public API and not in %s; -Dapi.update=true writes it down", file)
        .isEmpty();
  }

  @Test
  void shouldStillHaveEveryPackageThatWasPublic() throws IOException {
    Set<String> files =
        typesByPackage().map(of -> of.get()[0] + ".txt").collect(Collectors.toSet());
    try (Stream<Path> written = Files.list(FOLDER)) {
      assertThat(written).map(file -> file.getFileName().toString()).isSubsetOf(files);
    }
  }

  private static Stream<Arguments> typesByPackage() throws IOException {
    // Nested types come after those that they are in.
    Map<String, Set<String>> types = new TreeMap<>();
    for (String name : PUBLIC) {
      String pattern = "classpath*:io/gpuinfer/%s/*.class".formatted(name.replace('.', '/'));
      for (Resource file : new PathMatchingResourcePatternResolver().getResources(pattern)) {
        String path = file.getURL().getPath();
        String type =
            path.substring(path.lastIndexOf("io/gpuinfer/"))
                .replaceFirst("\\.class$", "")
                .replace('/', '.');
        types
            .computeIfAbsent(type.substring(0, type.lastIndexOf('.')), key -> new TreeSet<>())
            .add(type);
      }
    }
    return types.entrySet().stream().map(of -> Arguments.of(of.getKey(), of.getValue()));
  }

  private static Set<String> without(Set<String> lines, Set<String> others) {
    Set<String> left = new TreeSet<>(lines);
    left.removeAll(others);
    return left;
  }

  private static Set<String> signatures(Set<String> types) {
    Set<String> visible = new TreeSet<>();
    Set<String> signatures = new TreeSet<>();
    List<String> printed = javap(types);
    for (String type : types) {
      int nested = type.lastIndexOf('$');
      List<String> own = signatures(printed.remove(0));
      // What nobody outside can name is no API, whatever its members say.
      if (!own.isEmpty() && (nested < 0 || visible.contains(type.substring(0, nested)))) {
        visible.add(type);
        own.forEach(signature -> signatures.add(type + ": " + signature));
      }
    }
    return signatures;
  }

  /** What {@code javap} says of each of the types. */
  private static List<String> javap(Set<String> types) {
    List<String> arguments =
        new ArrayList<>(List.of("-protected", "-constants", "-cp", CLASS_PATH));
    arguments.addAll(types);
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
    int status = javap.run(out, out, arguments.toArray(String[]::new));
    assertThat(status).as(text.toString()).isZero();
    String[] parts = text.toString().split("(?m)^Compiled from .*$");
    assertThat(parts).hasSize(types.size() + 1);
    return new ArrayList<>(Arrays.asList(parts).subList(1, parts.length));
  }

  /** The lines of a type; none where it is not public. */
  private static List<String> signatures(String printed) {
    List<String> found = new ArrayList<>();
    Matcher lines = SIGNATURE.matcher(printed);
    while (lines.find()) {
      if (found.isEmpty() && !lines.group(1).isEmpty()) {
        return List.of();
      }
      // How a method does it is no part of its signature.
      found.add(lines.group(2).replace("synchronized ", ""));
    }
    return found;
  }
}
