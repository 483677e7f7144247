package io.gpuinfer.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The site as the build has just made it: its links lead somewhere, and it needs no network. */
class SiteTest {

  private static final Path DOCS = Path.of("").toAbsolutePath();
  private static final Path SITE = DOCS.resolve("target/site");
  private static final Pattern FETCHED = Pattern.compile("@import|url\\(\\s*['\"]?(?!data:|#)");

  private static final Map<Path, Document> PAGES = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    for (Path page : files(SITE, ".html")) {
      PAGES.put(page, Jsoup.parse(page));
    }
  }

  @Test
  void shouldHaveAPageForEachSourceAndNoOther() throws IOException {
    Set<String> sources =
        files(DOCS, ".adoc").stream()
            .map(source -> DOCS.relativize(source).toString().replace(".adoc", ".html"))
            .filter(page -> !page.startsWith("_"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(PAGES.keySet())
        .extracting(page -> SITE.relativize(page).toString())
        .containsExactlyElementsOf(sources);
  }

  @Test
  void shouldListEachPageInTheNavigation() {
    PAGES.forEach(
        (file, page) ->
            assertThat(page.select("nav a[aria-current=page]"))
                .as("docs/_nav.adoc has a line for %s", SITE.relativize(file))
                .hasSize(1));
  }

  @Test
  void shouldHaveNoLinkThatLeadsNowhere() {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Map.Entry<Path, Document> page : PAGES.entrySet()) {
      for (Element link : page.getValue().select("a[href]")) {
        links++;
        wrong(page.getKey(), link.attr("href"))
            .ifPresent(why -> broken.add(SITE.relativize(page.getKey()) + ": " + link + why));
      }
    }
    assertThat(links).isGreaterThan(PAGES.size() * 10);
    assertThat(broken).isEmpty();
  }

  @Test
  void shouldNameEachPlaceOnce() {
    PAGES.forEach(
        (file, page) ->
            assertThat(page.select("[id]").eachAttr("id"))
                .as(SITE.relativize(file).toString())
                .doesNotHaveDuplicates());
  }

  @Test
  void shouldLoadNothingFromElsewhere() throws IOException {
    for (Map.Entry<Path, Document> page : PAGES.entrySet()) {
      List<String> loaded = new ArrayList<>(page.getValue().select("[src]").eachAttr("src"));
      loaded.addAll(page.getValue().select("link[href]").eachAttr("href"));
      loaded.removeIf(url -> url.startsWith("data:"));
      assertThat(loaded)
          .allSatisfy(url -> assertThat(page.getKey().resolveSibling(url)).isRegularFile());
      assertThat(page.getValue().select("script, iframe, object, embed, [srcset]")).isEmpty();
      assertThat(FETCHED.matcher(page.getValue().select("style, [style]").outerHtml()).find())
          .as(SITE.relativize(page.getKey()).toString())
          .isFalse();
    }
    for (Path style : files(SITE, ".css")) {
      assertThat(FETCHED.matcher(Files.readString(style)).find()).as(style.toString()).isFalse();
    }
  }

  /** What is wrong with a link; empty where it leads somewhere, or out into the world. */
  private static Optional<String> wrong(Path from, String href) {
    URI uri = URI.create(href);
    if (uri.isAbsolute()) {
      return Set.of("https", "http").contains(uri.getScheme())
          ? Optional.empty()
          : Optional.of(" is of no scheme that is expected");
    }
    Path to = uri.getPath().isEmpty() ? from : from.resolveSibling(uri.getPath()).normalize();
    if (!to.startsWith(SITE) || !Files.isRegularFile(to)) {
      return Optional.of(" leads to no file of the site");
    }
    return uri.getFragment() == null || PAGES.get(to).getElementById(uri.getFragment()) != null
        ? Optional.empty()
        : Optional.of(" leads to no place of its page");
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> folder.equals(SITE) || !file.startsWith(DOCS.resolve("target")))
          .sorted()
          .toList();
    }
  }
}
