package io.gpuinfer.component.console;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of what the console shows, in the order in which it is shown.
 *
 * @param title for people; programs tell a section by its values
 * @param values numbers, texts, maps of these, sections, and lists of sections, by names that tell
 *     their unit
 */
public record Section(String title, Map<String, Object> values) {

  public Section {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static Builder titled(String title) {
    return new Builder(title);
  }

  /** A section in the making. */
  public static final class Builder {

    private final String title;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Builder(String title) {
      this.title = title;
    }

    /** A number or a text. */
    public Builder with(String name, Object value) {
      values.put(name, value);
      return this;
    }

    /** Several of them by name; nothing is shown where there are none. */
    public Builder with(String name, Map<? extends Enum<?>, Long> counts) {
      Map<String, Object> named = new LinkedHashMap<>();
      counts.entrySet().stream()
          .sorted((a, b) -> Integer.compare(a.getKey().ordinal(), b.getKey().ordinal()))
          .forEach(entry -> named.put(entry.getKey().name(), entry.getValue()));
      values.put(name, named);
      return this;
    }

    /** A part of it. */
    public Builder with(String name, Section section) {
      values.put(name, section);
      return this;
    }

    /** Parts of it that are alike. */
    public Builder with(String name, List<Section> sections) {
      values.put(name, sections);
      return this;
    }

    public Section build() {
      return new Section(title, values);
    }
  }
}
