package io.gpuinfer.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, for tests that hold what it shows against the code. */
public record DocsPage(Path file) {

  /**
   * The folder of all pages. Tests run in the folder of their module, somewhere below its parent.
   */
  private static final Path DOCS =
      Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
          .map(folder -> folder.resolve("docs"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow();

  /**
   * A page by its name.
   *
   * @param name its file in {@code docs} without the suffix, such as {@code tasks/ocr}
   */
  public static DocsPage named(String name) {
    return new DocsPage(DOCS.resolve(name + ".adoc"));
  }

  /** All pages, in the order of their paths. */
  public static List<DocsPage> all() throws IOException {
    try (Stream<Path> files = Files.walk(DOCS)) {
      return files
          .filter(file -> file.toString().endsWith(".adoc"))
          .sorted()
          .map(DocsPage::new)
          .toList();
    }
  }

  /** What the page's file holds. */
  public String text() throws IOException {
    return Files.readString(file);
  }

  /** The blocks of source code in a language, in their order. Each line ends with a line feed. */
  public List<String> blocks(String language) throws IOException {
    return blocks(text(), language);
  }

  /** The blocks of source code in a language in a part of a page, in their order. */
  public static List<String> blocks(String text, String language) {
    return Pattern.compile("(?ms)^\\[source,%s\\]\n----\n(.*?)^----$".formatted(language))
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /**
   * Holds parts of the page against what the code makes of them. With the system property {@code
   * docs.update}, it rewrites them instead.
   *
   * @param parts by the tag that they stand between; each with a line feed at its end
   */
  public void assertHas(Map<String, String> parts) throws IOException {
    String shown = text();
    String current = shown;
    for (Map.Entry<String, String> part : parts.entrySet()) {
      current = with(current, part.getKey(), part.getValue());
    }
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(file, current);
    } else {
      assertThat(shown)
          .as("%s is behind the code; -Ddocs.update=true rewrites it", file)
          .isEqualTo(current);
    }
  }

  private String with(String text, String tag, String content) {
    Matcher place =
        Pattern.compile("(?s)(// tag::%1$s\\[\\]\n).*?(// end::%1$s\\[\\])".formatted(tag))
            .matcher(text);
    assertThat(place.find()).as("%s has a place for %s", file, tag).isTrue();
    return place.replaceFirst("$1" + Matcher.quoteReplacement(content) + "$2");
  }
}
