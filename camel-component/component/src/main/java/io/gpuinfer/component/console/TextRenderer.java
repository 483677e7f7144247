package io.gpuinfer.component.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes sections for people: what is small on one line, what is large below each other. */
public final class TextRenderer {

  private static final String STEP = "  ";

  /** A section and all of its parts. */
  public String render(Section section) {
    StringBuilder text = new StringBuilder();
    append(section, "", text);
    return text.toString();
  }

  private void append(Section section, String indent, StringBuilder text) {
    text.append(indent).append(section.title()).append('\n');
    String inner = indent + STEP;
    List<String> line = new ArrayList<>();
    section
        .values()
        .forEach(
            (name, value) -> {
              if (!isLarge(value)) {
                line.add(name + " " + plain(value));
              }
            });
    if (!line.isEmpty()) {
      text.append(inner).append(String.join(", ", line)).append('\n');
    }
    section.values().forEach((name, value) -> appendLarge(name, value, inner, text));
  }

  private void appendLarge(String name, Object value, String indent, StringBuilder text) {
    if (value instanceof Section section) {
      append(section, indent, text);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      text.append(indent).append(name).append(":\n");
      for (Object item : list) {
        append((Section) item, indent + STEP, text);
      }
    } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      List<String> line = new ArrayList<>();
      map.forEach((key, count) -> line.add(key + " " + plain(count)));
      text.append(indent).append(name).append(": ").append(String.join(", ", line)).append('\n');
    } else if (isLines(value)) {
      text.append(indent).append(name).append(":\n");
      ((String) value).lines().forEach(line -> text.append(indent + STEP + line + '\n'));
    }
  }

  private static boolean isLarge(Object value) {
    return value instanceof Section
        || value instanceof List
        || value instanceof Map
        || isLines(value);
  }

  private static boolean isLines(Object value) {
    return value instanceof String text && text.indexOf('\n') >= 0;
  }

  private static String plain(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.3f", number)
        : String.valueOf(value);
  }
}
