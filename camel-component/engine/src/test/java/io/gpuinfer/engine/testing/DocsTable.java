package io.gpuinfer.engine.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A table of the documentation in AsciiDoc, a line for each row. */
public final class DocsTable {

  /** What AsciiDoc would leave as it is. */
  private static final Pattern PLAIN = Pattern.compile("\\w+(?:[.,:/ -]\\w+)*");

  private final List<String> lines = new ArrayList<>();

  /** A table without rows. */
  public DocsTable(String... headings) {
    row(headings);
  }

  /** Adds a row of text in AsciiDoc, of which each cell is one line. */
  public DocsTable row(String... cells) {
    StringBuilder line = new StringBuilder();
    for (String cell : cells) {
      line.append(" |").append(cell.replace("|", "\\|"));
    }
    lines.add(line.substring(1));
    return this;
  }

  /** A value as code; nothing where there is none. */
  public static String code(Object value) {
    if (value == null || value.toString().isEmpty()) {
      return "";
    }
    return PLAIN.matcher(value.toString()).matches() ? "`" + value + "`" : "`+" + value + "+`";
  }

  /** The table, with a line feed at its end. */
  @Override
  public String toString() {
    return "[%header]\n|===\n" + String.join("\n", lines) + "\n|===\n";
  }
}
