package io.gpuinfer.benchmarks.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;

/**
 * Results in rows and columns. All columns but the first are aligned to the right.
 *
 * @param title in a few words
 * @param header a cell for each column
 * @param rows cells in the order of the header
 */
public record Table(String title, List<String> header, List<List<String>> rows) {

  /** As Markdown whose columns also line up. */
  public String markdown() {
    StringBuilder text = new StringBuilder("### ").append(title).append("\n\n");
    append(text, header);
    append(text, rule());
    rows.forEach(row -> append(text, row));
    return text.toString();
  }

  private List<String> rule() {
    List<String> cells = new ArrayList<>(Collections.nCopies(header.size(), "---:"));
    cells.set(0, "---");
    return cells;
  }

  private void append(StringBuilder text, List<String> cells) {
    StringJoiner line = new StringJoiner(" | ", "| ", " |\n");
    for (int column = 0; column < cells.size(); column++) {
      String fill = " ".repeat(width(column) - cells.get(column).length());
      line.add(column == 0 ? cells.get(column) + fill : fill + cells.get(column));
    }
    text.append(line);
  }

  private int width(int column) {
    int widest = Math.max(4, header.get(column).length());
    for (List<String> row : rows) {
      widest = Math.max(widest, row.get(column).length());
    }
    return widest;
  }
}
