package io.gpuinfer.samples;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads of Prometheus' query language what names series and labels, enough to hold a query against
 * what an application exposes. Not a parser: what it takes for a metric is any name that is no
 * function, keyword or list of labels.
 */
final class PromQl {

  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");

  /** A metric with its matchers, if it has some; what is called as a function is none. */
  private static final Pattern SELECTOR =
      Pattern.compile("\\b([a-zA-Z_][a-zA-Z0-9_]*)\\b(?!\\s*\\()\\s*(\\{[^}]*})?");

  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** A dashboard's variable, which stands for values that the user picks. */
  private static final String VARIABLE = "$";

  private PromQl() {}

  /**
   * What a query names and a scrape does not have.
   *
   * @param series the labels of all series, by metric
   */
  static Set<String> unknown(String query, Map<String, Set<Map<String, String>>> series) {
    Set<String> unknown = new LinkedHashSet<>();
    String plain = RANGE.matcher(query).replaceAll("");
    Set<String> grouped = new LinkedHashSet<>();
    LABELS
        .matcher(plain)
        .results()
        .flatMap(list -> Pattern.compile("\\s*,\\s*").splitAsStream(list.group(1).strip()))
        .filter(label -> !label.isEmpty())
        .forEach(grouped::add);
    Set<String> known = new LinkedHashSet<>();
    Matcher selectors = SELECTOR.matcher(LABELS.matcher(plain).replaceAll(""));
    selectors
        .results()
        .filter(selector -> !KEYWORDS.contains(selector.group(1)))
        .forEach(
            selector -> {
              Set<Map<String, String>> found = series.getOrDefault(selector.group(1), Set.of());
              if (found.isEmpty()) {
                unknown.add("metric " + selector.group(1));
              } else {
                found.forEach(labels -> known.addAll(labels.keySet()));
                unknown.addAll(unmatched(selector, found));
              }
            });
    grouped.removeAll(known);
    grouped.forEach(label -> unknown.add("label " + label));
    return unknown;
  }

  private static Set<String> unmatched(MatchResult selector, Set<Map<String, String>> series) {
    Set<String> unknown = new LinkedHashSet<>();
    if (selector.group(2) != null) {
      MATCHER
          .matcher(selector.group(2))
          .results()
          .filter(matcher -> series.stream().noneMatch(labels -> matches(matcher, labels)))
          .forEach(
              matcher -> unknown.add("%s of %s".formatted(matcher.group(), selector.group(1))));
    }
    return unknown;
  }

  private static boolean matches(MatchResult matcher, Map<String, String> labels) {
    String value = labels.get(matcher.group(1));
    String wanted = matcher.group(3);
    if (value == null) {
      return false;
    }
    return wanted.startsWith(VARIABLE)
        || switch (matcher.group(2)) {
          case "=" -> value.equals(wanted);
          case "=~" -> value.matches(wanted);
          case "!=" -> !value.equals(wanted);
          default -> !value.matches(wanted);
        };
  }
}
